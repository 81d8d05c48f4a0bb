using System.Globalization;
using System.Text.Json;
using Marketplace.Chain.Token;

namespace Marketplace.Web.Transactions;

/// <summary>A permit as wallets are asked to sign it, so that they can show what it says.</summary>
public static class PermitText
{
    /// <summary>JSON for eth_signTypedData_v4; its digest is <see cref="PermitTerms.Digest"/>.</summary>
    public static string Of(PermitTerms terms) => JsonSerializer.Serialize(new
    {
        types = new
        {
            EIP712Domain = Members(("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")),
            Permit = Members(("owner", "address"), ("spender", "address"), ("value", "uint256"), ("nonce", "uint256"), ("deadline", "uint256")),
        },
        primaryType = "Permit",
        domain = new { name = PermitTerms.DomainName, version = PermitTerms.DomainVersion, chainId = terms.ChainId, verifyingContract = terms.Token.ToString() },
        message = new
        {
            owner = terms.Owner.ToString(),
            spender = terms.Spender.ToString(),
            // As text: JSON's numbers lose digits.
            value = terms.Value.Value.ToString(CultureInfo.InvariantCulture),
            nonce = terms.Nonce.ToString(CultureInfo.InvariantCulture),
            deadline = terms.Deadline.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        },
    });

    static object[] Members(params (string Name, string Type)[] members) => [.. members.Select(member => new { name = member.Name, type = member.Type })];
}
