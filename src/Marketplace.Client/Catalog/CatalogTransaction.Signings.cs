using Marketplace.Core.Primitives;

namespace Marketplace.Client.Catalog;

/// <summary>A revision that both sides signed.</summary>
/// <param name="Number">Its number.</param>
/// <param name="KnownAt">When this catalog learned of it, which is never before it was signed.</param>
public sealed record RevisionSigning(ulong Number, DateTimeOffset KnownAt);

public sealed partial class CatalogTransaction
{
    /// <summary>Checkpoints are an epoch old. Of revisions before this only the newest says anything.</summary>
    static readonly TimeSpan SigningsKept = TimeSpan.FromDays(14);

    /// <summary>When an agreement's revisions of the last days became known, and the newest before them, by number.</summary>
    public IReadOnlyList<RevisionSigning> ListSignings(AgreementId agreement) =>
        [.. Many<SigningRow>("SELECT number, known_at AS KnownAt FROM signings WHERE agreement = @id ORDER BY number", new { id = agreement.ToString() })
            .Select(row => new RevisionSigning((ulong)row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.KnownAt)))];

    void NoteSigning(AgreementId agreement, ulong number, DateTimeOffset now)
    {
        var row = new
        {
            id = agreement.ToString(),
            number = Signed(number),
            now = now.ToUnixTimeMilliseconds(),
            old = (now - SigningsKept).ToUnixTimeMilliseconds(),
        };
        Execute("INSERT OR IGNORE INTO signings (agreement, number, known_at) VALUES (@id, @number, @now)", row);
        Execute(
            """
            DELETE FROM signings WHERE agreement = @id AND number <
                (SELECT max(number) FROM signings WHERE agreement = @id AND known_at <= @old)
            """,
            row);
    }

    sealed class SigningRow
    {
        public long Number { get; init; }
        public long KnownAt { get; init; }
    }
}
