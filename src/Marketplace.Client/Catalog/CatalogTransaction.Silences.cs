using Marketplace.Core.Primitives;

namespace Marketplace.Client.Catalog;

public sealed partial class CatalogTransaction
{
    /// <summary>The epoch since whose watch a provider's node has been silent about an agreement; null if it answered the last one.</summary>
    public Epoch? FindSilence(AgreementId agreement) =>
        One<SilenceRow>("SELECT since_epoch AS Since FROM silences WHERE agreement = @id", new { id = agreement.ToString() }) is { } row
            ? new Epoch((ulong)row.Since) : null;

    /// <summary>Notes since when a provider's node is silent about an agreement; null when it is not.</summary>
    public void NoteSilence(AgreementId agreement, Epoch? since)
    {
        if (since is { } epoch)
            Execute(
                """
                INSERT INTO silences (agreement, since_epoch) SELECT id, @since FROM agreements WHERE id = @id
                ON CONFLICT (agreement) DO UPDATE SET since_epoch = excluded.since_epoch
                """,
                new { id = agreement.ToString(), since = Signed(epoch.Value) });
        else
            Execute("DELETE FROM silences WHERE agreement = @id", new { id = agreement.ToString() });
    }

    sealed class SilenceRow
    {
        public long Since { get; init; }
    }
}
