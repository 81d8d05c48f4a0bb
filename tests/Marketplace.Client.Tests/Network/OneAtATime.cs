using Marketplace.Client.Catalog;
using Marketplace.Core.Primitives;

namespace Marketplace.Client.Tests.Network;

/// <summary>What a client does with many objects, for one.</summary>
static class OneAtATime
{
    public static Task<IReadOnlyList<(AgreementId Agreement, string Reason)>?> RemoveAsync(this MarketplaceClient client, ObjectName name, CancellationToken cancellationToken) =>
        client.RemoveAsync([name], cancellationToken);

    public static Task<IReadOnlyList<(AgreementId Agreement, string Reason)>?> SetAsideAsync(this MarketplaceClient client, ObjectName name, CancellationToken cancellationToken) =>
        client.SetAsideAsync([name], cancellationToken);

    public static async Task<StoredVersion?> RestoreAsync(this MarketplaceClient client, ObjectName name, ulong number, CancellationToken cancellationToken) =>
        (await client.RestoreAsync([(name, number)], cancellationToken)).SingleOrDefault();

    public static async Task<bool> RenameAsync(this MarketplaceClient client, ObjectName from, ObjectName to, CancellationToken cancellationToken) =>
        await client.RenameAsync([(from, to)], cancellationToken) is Renaming.Done;

    public static async Task<bool> SetTagsAsync(this MarketplaceClient client, ObjectName name, TagSet tags, CancellationToken cancellationToken) =>
        await client.SetTagsAsync([name], (_, _) => tags, cancellationToken) == 1;
}
