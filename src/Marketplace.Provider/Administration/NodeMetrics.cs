using System.Diagnostics.Metrics;

namespace Marketplace.Provider.Administration;

/// <summary>What the node counts.</summary>
public sealed class NodeMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Marketplace.Provider";

    readonly Meter meter = new(MeterName);
    readonly Counter<long> fragmentsStored, bytesStored, bytesServed, corruptions, revisions, proofs, missed, settlements, transactionsFailed,
        auditsAnswered, lossesDeclared, lossesCured, vouchersTaken, vouchersRedeemed;

    public NodeMetrics()
    {
        fragmentsStored = meter.CreateCounter<long>("marketplace_fragments_stored", description: "Fragments stored durably.");
        bytesStored = meter.CreateCounter<long>("marketplace_bytes_stored", description: "Bytes of fragments stored durably.");
        bytesServed = meter.CreateCounter<long>("marketplace_bytes_served", description: "Bytes of fragments sent to consumers.");
        corruptions = meter.CreateCounter<long>("marketplace_corruptions", description: "Reads that found damaged bytes on disk.");
        revisions = meter.CreateCounter<long>("marketplace_revisions", description: "Revisions countersigned.");
        proofs = meter.CreateCounter<long>("marketplace_epochs_proven", description: "Epochs proven on chain.");
        missed = meter.CreateCounter<long>("marketplace_epochs_missed", description: "Epochs whose proof window passed unproven.");
        settlements = meter.CreateCounter<long>("marketplace_cycles_settled", description: "Billing cycles settled.");
        transactionsFailed = meter.CreateCounter<long>("marketplace_transactions_failed", description: "Transactions that the chain refused.");
        auditsAnswered = meter.CreateCounter<long>("marketplace_audits_answered", description: "Audits answered or superseded on chain.");
        lossesDeclared = meter.CreateCounter<long>("marketplace_losses_declared", description: "Lost fragments declared on chain.");
        lossesCured = meter.CreateCounter<long>("marketplace_losses_cured", description: "Agreements whose pay was resumed after a loss.");
        vouchersTaken = meter.CreateCounter<long>("marketplace_vouchers_taken", description: "Vouchers for reading taken from consumers.");
        vouchersRedeemed = meter.CreateCounter<long>("marketplace_vouchers_redeemed", description: "Vouchers redeemed on chain.");
    }

    public void FragmentStored(long bytes)
    {
        fragmentsStored.Add(1);
        bytesStored.Add(bytes);
    }

    public void BytesServed(long bytes) => bytesServed.Add(bytes);

    public void CorruptionFound() => corruptions.Add(1);

    public void RevisionSigned() => revisions.Add(1);

    public void EpochProven() => proofs.Add(1);

    public void EpochMissed() => missed.Add(1);

    public void CycleSettled() => settlements.Add(1);

    public void AuditAnswered() => auditsAnswered.Add(1);

    public void LossDeclared() => lossesDeclared.Add(1);

    public void LossCured() => lossesCured.Add(1);

    public void VoucherTaken() => vouchersTaken.Add(1);

    public void VoucherRedeemed() => vouchersRedeemed.Add(1);

    public void TransactionFailed() => transactionsFailed.Add(1);

    /// <summary>Adds a figure that is read when somebody asks for it.</summary>
    public void Gauge(string name, string description, Func<double> read) => meter.CreateObservableGauge(name, read, description: description);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();
}
