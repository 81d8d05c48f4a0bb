using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Transport;

/// <summary>Signs an agreement's transfer session, and a new one when half of it is over.</summary>
sealed class SessionSource(
    MarketDomain domain, PrivateKey dataKey, AgreementId agreement, Address provider, TransportOptions options, TimeProvider time)
{
    readonly Lock gate = new();
    string? token;
    DateTimeOffset renewAt;

    public string Current()
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (token is null || now >= renewAt)
            {
                var expiry = (ulong)(now + options.SessionLife).ToUnixTimeSeconds();
                token = SessionToken.Create(domain, new TransferSession(agreement, provider, expiry), dataKey).Encode();
                renewAt = now + options.SessionLife / 2;
            }
            return token;
        }
    }

    /// <summary>Forgets a token that was refused (the clock may have been set).</summary>
    public void Forget()
    {
        lock (gate)
            token = null;
    }
}
