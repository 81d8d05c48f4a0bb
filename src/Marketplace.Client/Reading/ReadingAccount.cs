using Marketplace.Client.Catalog;
using Marketplace.Client.Renting;
using Marketplace.Client.Transport;
using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Reading;

/// <summary>
/// Pays for what is read: counts bytes that passed their checks and leaves a voucher for them with each provider that asks for payment. What is
/// owed is written down before it is signed for, so that it only ever rises; a voucher that does not get through is made up for by the next.
/// What is signed for costs nothing beyond what was deposited for reading. Safe for several tasks.
/// </summary>
/// <param name="catalog">Keeps what is owed.</param>
/// <param name="market">Knows the prices.</param>
/// <param name="domain">The market that vouchers are for.</param>
/// <param name="dataKey">Signs vouchers; stays the caller's.</param>
public sealed class ReadingAccount(CatalogDatabase catalog, IMarketView market, MarketDomain domain, PrivateKey dataKey)
{
    /// <summary>Bytes that a provider is owed for at most, before it gets a voucher for them in the midst of a download.</summary>
    const long CreditBytes = 256L << 20;

    const int Attempts = 3;

    readonly Lock gate = new();
    readonly Dictionary<AgreementId, (IAgreementChannel Channel, long Bytes)> unpaid = [];
    readonly Dictionary<AgreementId, TokenAmount> prices = [];
    long counted;
    TokenAmount cost;
    Exception? fault;

    /// <summary>What was signed for since this was made.</summary>
    public TokenAmount Cost
    {
        get
        {
            lock (gate)
                return cost;
        }
    }

    /// <summary>What kept the last payment that was tried from being made whole; null if nothing did.</summary>
    public Exception? Fault
    {
        get
        {
            lock (gate)
                return fault;
        }
    }

    /// <summary>Notes bytes that were read and proved right.</summary>
    public void Count(IAgreementChannel channel, long bytes)
    {
        lock (gate)
        {
            unpaid[channel.Agreement] = (channel, unpaid.GetValueOrDefault(channel.Agreement).Bytes + bytes);
            counted += bytes;
        }
    }

    /// <summary>Pays when so much was read since the last payment that a provider might not go on.</summary>
    public Task PayIfDueAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (counted < CreditBytes)
                return Task.CompletedTask;
        }
        return PayAsync(cancellationToken);
    }

    /// <summary>
    /// Leaves vouchers for all that was counted. What cannot be delivered now is owed, and delivered with the next reading from the agreement; what
    /// cannot even be noted stays counted. Never throws, since what is paid for was read already: <see cref="Fault"/> tells what was in the way.
    /// </summary>
    /// <param name="cancellationToken">Gives up what takes time; what is owed is noted all the same where its price is known.</param>
    public async Task PayAsync(CancellationToken cancellationToken)
    {
        List<(IAgreementChannel Channel, long Bytes)> due;
        lock (gate)
        {
            due = [.. unpaid.Values];
            unpaid.Clear();
            (counted, fault) = (0, null);
        }
        if (due.Count == 0)
            return;
        await TryAsync(() => LearnPricesAsync([.. due.Select(row => row.Channel.Agreement)], cancellationToken));
        await Task.WhenAll(due.Select(row => PayAsync(row.Channel, row.Bytes, cancellationToken)));
    }

    /// <summary>They stay those of the opening for an agreement's life; the chain is asked only for those that the catalog has lost.</summary>
    async Task LearnPricesAsync(IReadOnlyList<AgreementId> agreements, CancellationToken cancellationToken)
    {
        List<AgreementId> unknown;
        lock (gate)
            unknown = [.. agreements.Where(agreement => !prices.ContainsKey(agreement))];
        var kept = catalog.Read(read => unknown.Select(agreement => (Agreement: agreement, Price: read.FindReadingPrice(agreement))).ToList());
        lock (gate)
            foreach (var (agreement, price) in kept)
                if (price is { } known)
                    prices[agreement] = known;
        unknown = [.. kept.Where(row => row.Price is null).Select(row => row.Agreement)];
        if (unknown.Count == 0)
            return;
        var found = await market.GetReadingPricesAsync(unknown, cancellationToken);
        catalog.Write(change =>
        {
            foreach (var (agreement, price) in found)
                change.NoteReadingPrice(agreement, price);
        });
        lock (gate)
            foreach (var agreement in unknown)
                prices[agreement] = found.GetValueOrDefault(agreement);
    }

    async Task PayAsync(IAgreementChannel channel, long bytes, CancellationToken cancellationToken)
    {
        var isNoted = false;
        await TryAsync(async () =>
        {
            if (FindPrice(channel.Agreement) is not { } price)
                return;
            var payment = Owe(channel.Agreement, price, bytes);
            isNoted = true;
            if (payment is { Debt: var debt, Amount: var amount })
                await DeliverAsync(channel, debt, amount, cancellationToken);
        });
        if (!isNoted)
            Count(channel, bytes);
    }

    TokenAmount? FindPrice(AgreementId agreement)
    {
        lock (gate)
            return prices.TryGetValue(agreement, out var price) ? price : null;
    }

    /// <summary>Notes what is owed; null where nothing is, or it would be more than there can be.</summary>
    (ReadingDebt Debt, TokenAmount Amount)? Owe(AgreementId agreement, TokenAmount price, long bytes)
    {
        if (price == TokenAmount.Zero || ReadingPrice.Of(price, (UInt128)bytes) is not { } amount
            || catalog.Write(change => change.OweForReading(agreement, amount)) is not { } debt)
            return null;
        lock (gate)
            cost += amount;
        return (debt, amount);
    }

    /// <summary>The first fault is the telling one: what comes after it is often its consequence.</summary>
    async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (OperationCanceledException)
        {
            // Whoever gave up knows.
        }
        catch (Exception failed)
        {
            lock (gate)
                fault ??= failed;
        }
    }

    async Task DeliverAsync(IAgreementChannel channel, ReadingDebt debt, TokenAmount amount, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var voucher = new EgressVoucher(channel.Agreement, debt.Owed);
            var answer = await channel.PostVoucherAsync(new VoucherMessage(debt.Owed, voucher.Sign(domain, dataKey)), cancellationToken);
            if (answer.TryGet(out _, out var failure))
            {
                catalog.Write(change => change.NotePromised(channel.Agreement, debt.Owed));
                return;
            }
            // Another device with this vault, or this one before its catalog was lost, may have signed for more.
            if (failure.Code != RefusalCode.VoucherConflict || await FindSignedAsync(channel, cancellationToken) is not { } signed
                || catalog.Write(change => change.TakeShownVoucher(channel.Agreement, signed, amount)) is not { } raised)
                return;
            debt = raised;
        }
    }

    /// <summary>What the vault once signed for, as the provider shows it; null if it shows nothing that the vault has signed.</summary>
    async Task<TokenAmount?> FindSignedAsync(IAgreementChannel channel, CancellationToken cancellationToken) =>
        (await channel.GetVoucherAsync(cancellationToken)).TryGet(out var kept, out _)
        && new EgressVoucher(channel.Agreement, kept.Amount).IsSignedBy(domain, dataKey.Address, kept.Signature)
            ? kept.Amount : null;
}
