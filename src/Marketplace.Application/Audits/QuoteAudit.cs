using System.Security.Cryptography;
using Marketplace.Chain;
using Marketplace.Chain.Agreements;
using Marketplace.Chain.Audits;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using MediatR;

namespace Marketplace.Application.Audits;

/// <summary>Contents that both sides signed: what a provider can be held to.</summary>
/// <param name="Revision">The contents.</param>
/// <param name="ConsumerSignature">By a data key of the agreement.</param>
/// <param name="ProviderSignature">By the provider's operator key.</param>
public sealed record HeldRevision(RevisionInfo Revision, Signature ConsumerSignature, Signature ProviderSignature);

/// <summary>Asks what demanding a leaf of a revision takes; nothing is spent.</summary>
/// <param name="Auditor">The wallet that would demand it.</param>
/// <param name="Agreement">Whose contents; it need not be the auditor's.</param>
/// <param name="Held">The revision.</param>
/// <param name="Leaf">Its number in the revision's tree; null for a random one.</param>
public sealed record QuoteAudit(Address Auditor, AgreementId Agreement, HeldRevision Held, ulong? Leaf) : IRequest<AuditQuoting>;

/// <summary>What an audit takes.</summary>
/// <param name="Agreement">Whose contents.</param>
/// <param name="Held">The revision.</param>
/// <param name="Leaf">The leaf to demand.</param>
/// <param name="Bond">Taken into escrow: the provider's if it answers, the auditor's again if it does not.</param>
/// <param name="Penalty">What the provider loses if it does not answer.</param>
/// <param name="Window">How long it has.</param>
public sealed record AuditQuote(AgreementInfo Agreement, HeldRevision Held, ulong Leaf, TokenAmount Bond, TokenAmount Penalty, TimeSpan Window);

/// <summary>A quote, or why there is none.</summary>
public abstract record AuditQuoting
{
    AuditQuoting()
    {
    }

    /// <summary>It can be demanded.</summary>
    public sealed record Quoted(AuditQuote Quote) : AuditQuoting;

    /// <summary>There is no such agreement.</summary>
    public sealed record Unknown : AuditQuoting;

    /// <summary>It does not run, or ends before an answer would be due.</summary>
    /// <param name="Agreement">As the chain has it.</param>
    /// <param name="EndsAt">When its last payable epoch is over.</param>
    /// <param name="Window">How long an answer may take.</param>
    public sealed record NotNow(AgreementInfo Agreement, DateTimeOffset EndsAt, TimeSpan Window) : AuditQuoting;

    /// <summary>The auditor waits for the answer to another audit of the agreement.</summary>
    public sealed record Open(AuditInfo Audit) : AuditQuoting;

    /// <summary>The provider has shown a later revision on chain.</summary>
    public sealed record Stale(ulong Held, ulong Acknowledged) : AuditQuoting;

    /// <summary>The revision has no such leaf.</summary>
    public sealed record NoSuchLeaf(ulong Leaf, ulong Weight) : AuditQuoting;
}

/// <inheritdoc cref="QuoteAudit"/>
public sealed class QuoteAuditHandler(Market market) : IRequestHandler<QuoteAudit, AuditQuoting>
{
    const int Bps = 10_000;

    /// <inheritdoc/>
    public async Task<AuditQuoting> Handle(QuoteAudit request, CancellationToken cancellationToken)
    {
        if (await market.Agreements.FindAsync(request.Agreement, cancellationToken: cancellationToken) is not { } agreement)
            return new AuditQuoting.Unknown();
        var revision = request.Held.Revision;
        if (revision.Weight == 0 || request.Leaf >= revision.Weight)
            return new AuditQuoting.NoSuchLeaf(request.Leaf ?? 0, revision.Weight);
        var parameters = await market.Parameters.GetAsync(cancellationToken: cancellationToken);
        var head = await market.Client.GetHeadAsync(cancellationToken);
        var endsAt = market.Clock.StartOf(agreement.End);
        if (agreement.State is not (AgreementState.Active or AgreementState.Terminated) || head.Timestamp + parameters.AuditWindow > endsAt)
            return new AuditQuoting.NotNow(agreement, endsAt, parameters.AuditWindow);
        if (await market.Audits.FindOpenAsync(agreement.Id, request.Auditor, cancellationToken: cancellationToken) is { } open
            && await market.Audits.FindAsync(open, cancellationToken: cancellationToken) is { } info)
            return new AuditQuoting.Open(info);
        var acknowledged = await market.Audits.GetAcknowledgedAsync(agreement.Id, cancellationToken: cancellationToken);
        if (revision.Number < acknowledged.Number)
            return new AuditQuoting.Stale(revision.Number, acknowledged.Number);
        // As the contract does, rounded up.
        var penalty = new TokenAmount(((parameters.StakePerGiB * agreement.Space.Value).Value * parameters.AuditSlashBps + Bps - 1) / Bps);
        return new AuditQuoting.Quoted(new AuditQuote(
            agreement, request.Held, request.Leaf ?? RandomBelow(revision.Weight), parameters.AuditBond, penalty, parameters.AuditWindow));
    }

    /// <summary>Evenly, and not to be foreseen by the provider.</summary>
    static ulong RandomBelow(ulong bound)
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return (ulong)(BitConverter.ToUInt128(bytes) % bound);
    }
}
