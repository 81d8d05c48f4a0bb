using Marketplace.Chain.Token;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Application.Transactions;

/// <summary>Something that a wallet is asked to do: one transaction, and before it, where tokens are taken, one signed permit.</summary>
/// <param name="Request">The transaction, with the permit or, where the allowance is there already, with null.</param>
/// <param name="Allowance">What the transaction takes; null when it takes nothing.</param>
public sealed record WalletAction(Func<TokenPermit?, TransactionRequest> Request, TokenNeed? Allowance)
{
    /// <summary>A transaction that takes no tokens.</summary>
    public static WalletAction Of(TransactionRequest request) => new(_ => request, null);
}

/// <summary>Tokens that a contract takes from the sender.</summary>
/// <param name="Spender">The contract.</param>
/// <param name="Amount">At most.</param>
public sealed record TokenNeed(Address Spender, TokenAmount Amount);

/// <summary>What an action would do if it were sent now.</summary>
public abstract record ActionOutlook
{
    ActionOutlook()
    {
    }

    /// <summary>The contracts would accept it.</summary>
    /// <param name="Permit">What has to be signed before; null when the transaction is all that the wallet is asked for.</param>
    /// <param name="Gas">The limit to send it with; null before the permit is signed where the endpoint cannot try it out to its end.</param>
    /// <param name="HighestFee">What it costs at most at the fees of now; null as for <paramref name="Gas"/>.</param>
    public sealed record Fits(PermitTerms? Permit, ulong? Gas, Wei? HighestFee) : ActionOutlook
    {
        /// <summary>Of the account's next transaction, where all is there to send it.</summary>
        public ulong? Nonce { get; init; }

        /// <summary>How often the wallet asks its user.</summary>
        public int Questions => Permit is null ? 1 : 2;
    }

    /// <summary>They would not, or the account cannot pay; nothing was sent.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record Refused(string Reason) : ActionOutlook;
}
