using System.Security.Cryptography;
using Marketplace.Application.Live;
using Marketplace.Application.Pipeline;
using Marketplace.Chain;
using Marketplace.Client;
using Marketplace.Client.Catalog;
using Marketplace.Client.Keys;
using Marketplace.Core.Cryptography;

namespace Marketplace.Application.Vaults;

/// <summary>Whether the vault can be used.</summary>
public abstract record VaultState
{
    VaultState()
    {
    }

    /// <summary>There is none yet.</summary>
    public sealed record Missing : VaultState;

    /// <summary>Its passphrase is needed.</summary>
    public sealed record Locked : VaultState;

    /// <summary>It is open.</summary>
    public sealed record Open(OpenVault Vault) : VaultState;
}

/// <summary>How opening a vault ended.</summary>
public abstract record VaultOpened
{
    VaultOpened()
    {
    }

    /// <summary>It is open.</summary>
    public sealed record Yes(OpenVault Vault) : VaultOpened;

    /// <summary>It is not.</summary>
    /// <param name="Reason">A sentence for people.</param>
    public sealed record No(string Reason) : VaultOpened;
}

/// <summary>
/// The one vault of a gateway: made, opened and locked here, by whichever page its user has open. While it is open, no other program changes it.
/// </summary>
/// <param name="market">The market; stays the caller's.</param>
/// <param name="home">Where the vault lives.</param>
/// <param name="options">How content is stored and read.</param>
/// <param name="time">The clock.</param>
public sealed class VaultDoor(Market market, IVaultHome home, MarketplaceClientOptions options, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Characters of a passphrase that protects something.</summary>
    public const int ShortestPassphrase = 8;

    const int SaltSize = 32, NonceSize = 12;

    readonly SemaphoreSlim turning = new(1, 1);

    /// <summary>Heard by whoever wants to know.</summary>
    public Broadcast<VaultState> States { get; } = new();

    /// <summary>How it is now.</summary>
    public VaultState State => States.Latest ?? (home.Read() is null ? new VaultState.Missing() : new VaultState.Locked());

    /// <summary>Words for a new vault, as nobody has seen them before; nothing is written yet.</summary>
    public static IReadOnlyList<string> DrawWords()
    {
        var key = RandomNumberGenerator.GetBytes(KeyDerivation.KeySize);
        try
        {
            return RecoveryPhrase.Write(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>What is wrong with words that somebody typed; null when nothing is.</summary>
    public static string? WhyNot(string words)
    {
        switch (RecoveryPhrase.Parse(words))
        {
            case RecoveryPhraseReading.Read { VaultKey: var key }:
                CryptographicOperations.ZeroMemory(key);
                return null;
            case RecoveryPhraseReading.WrongCount wrong:
                return $"These are {wrong.Count} words; a vault has {RecoveryPhrase.WordCount}.";
            case RecoveryPhraseReading.UnknownWord unknown:
                var hint = unknown.Suggestions.Count == 0 ? "" : $" Is it “{string.Join("” or “", unknown.Suggestions)}”?";
                return $"Word {unknown.Position} is in no list of words.{hint}";
            default:
                return "All words are known, but they do not belong together: one is another, or two have changed places.";
        }
    }

    /// <summary>Makes the vault of these words, and opens it.</summary>
    public async Task<VaultOpened> CreateAsync(string words, string passphrase, CancellationToken cancellationToken)
    {
        if (passphrase.Length < ShortestPassphrase)
            return new VaultOpened.No($"A passphrase needs at least {ShortestPassphrase} characters.");
        if (RecoveryPhrase.Parse(words) is not RecoveryPhraseReading.Read { VaultKey: var key })
            return new VaultOpened.No(WhyNot(words) ?? "These are no words of a vault.");
        await turning.WaitAsync(cancellationToken);
        try
        {
            if (home.Read() is not null)
                return new VaultOpened.No("There is a vault already; it was left as it is.");
            var file = await Task.Run(
                () => VaultFile.Write(key, passphrase, RandomNumberGenerator.GetBytes(SaltSize), RandomNumberGenerator.GetBytes(NonceSize)), cancellationToken);
            home.Write(file);
            return Open(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            turning.Release();
        }
    }

    /// <summary>Opens the vault.</summary>
    public async Task<VaultOpened> OpenAsync(string passphrase, CancellationToken cancellationToken)
    {
        await turning.WaitAsync(cancellationToken);
        try
        {
            if (State is VaultState.Open open)
                return new VaultOpened.Yes(open.Vault);
            if (home.Read() is not { } file)
                return new VaultOpened.No("There is no vault yet.");
            switch (await Task.Run(() => VaultFile.Open(file, passphrase), cancellationToken))
            {
                case VaultOpening.Opened { VaultKey: var key }:
                    try
                    {
                        return Open(key);
                    }
                    finally
                    {
                        CryptographicOperations.ZeroMemory(key);
                    }
                case VaultOpening.Malformed malformed:
                    return new VaultOpened.No($"The vault's file cannot be used: {malformed.Reason} Restore it from the 24 words.");
                default:
                    return new VaultOpened.No("The passphrase does not open the vault.");
            }
        }
        finally
        {
            turning.Release();
        }
    }

    /// <summary>The vault's words, for whoever knows the passphrase; null for anybody else.</summary>
    public async Task<IReadOnlyList<string>?> ReadWordsAsync(string passphrase, CancellationToken cancellationToken)
    {
        if (home.Read() is not { } file || await Task.Run(() => VaultFile.Open(file, passphrase), cancellationToken) is not VaultOpening.Opened { VaultKey: var key })
            return null;
        try
        {
            return RecoveryPhrase.Write(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Forgets the keys, after what runs has ended.</summary>
    public async Task LockAsync()
    {
        await turning.WaitAsync(CancellationToken.None);
        try
        {
            if (State is not VaultState.Open { Vault: var vault })
                return;
            States.Publish(new VaultState.Locked());
            await vault.DisposeAsync();
        }
        finally
        {
            turning.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await LockAsync();
        turning.Dispose();
    }

    VaultOpened Open(byte[] key)
    {
        if (home.TryTake() is not { } taken)
            return new VaultOpened.No("Another program is using this vault now; wait until it has ended.");
        var keys = new VaultKeys(key);
        try
        {
            var client = MarketplaceClient.Open(market, keys, home.CatalogFile, options, time);
            var vault = new OpenVault(client, keys, taken, UseCases.Over(client, market));
            States.Publish(new VaultState.Open(vault));
            vault.BeginNoting(time);
            return new VaultOpened.Yes(vault);
        }
        catch (CatalogUnusableException unusable)
        {
            keys.Dispose();
            taken.Dispose();
            return new VaultOpened.No(unusable.Message);
        }
        catch
        {
            keys.Dispose();
            taken.Dispose();
            throw;
        }
    }
}
