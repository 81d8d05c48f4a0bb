using Marketplace.Application.Transfers;
using Marketplace.Application.Vaults;

namespace Marketplace.Web.Renting;

/// <summary>More was rented than the open vault knows of.</summary>
static class Rented
{
    /// <summary>Notes it where a vault is open; else its next opening does. What waits for room or for more providers may be what it was rented for, and is tried again.</summary>
    public static Task NoteAsync(VaultDoor door, TransferQueue queue) => door.State is VaultState.Open { Vault: var vault } ? NoteAsync(vault, queue) : Task.CompletedTask;

    static async Task NoteAsync(OpenVault vault, TransferQueue queue)
    {
        // Paid for: what is noted now is not given up when the page is left.
        await vault.ChangeAsync(() => vault.Cases.Send(new NoteAgreements(), CancellationToken.None), CancellationToken.None);
        queue.TryAllAgain();
    }
}
