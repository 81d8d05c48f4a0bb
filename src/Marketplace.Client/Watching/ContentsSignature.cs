using Marketplace.Client.Content;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;

namespace Marketplace.Client.Watching;

/// <summary>Checks whose contents a provider shows.</summary>
static class ContentsSignature
{
    /// <summary>The contents as their consumer signs them.</summary>
    public static Revision RevisionOf(this AgreementContents contents) =>
        new(contents.Id, contents.Revision, contents.DataRoot.ToHash256(), contents.Weight);

    /// <summary>Whether a data key signed the contents.</summary>
    /// <param name="contents">From a provider.</param>
    /// <param name="domain">The market.</param>
    /// <param name="dataKey">Whose signature it should be.</param>
    /// <param name="signature">From a provider; of any length.</param>
    public static bool IsSignedBy(this AgreementContents contents, MarketDomain domain, Address dataKey, ReadOnlySpan<byte> signature) =>
        Signature.TryRead(signature, out var signed) && contents.RevisionOf().IsSignedBy(domain, dataKey, signed);
}
