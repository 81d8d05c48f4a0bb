using Marketplace.Application.Transactions;
using Marketplace.Chain.Token;
using Marketplace.Ethereum.Abi;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Web.Wallets;
using MediatR;

namespace Marketplace.Web.Transactions;

/// <summary>Takes one action from its review through the wallet into a block. Everything runs on the page's own thread of events.</summary>
public sealed class WalletRun(IMediator cases, WalletSession session, WalletBridge wallet, SentTransactions sent)
{
    /// <summary>Smart accounts' signatures may be longer than a key's 65 bytes.</summary>
    const int LongestSignature = 16 << 10;

    /// <summary>The price of gas moves with each block; a fee that rose by less than this part of what was told is no news.</summary>
    const uint UsualRise = 4;

    const string Permit = "permit", Transaction = "transaction";

    PreparedAction? prepared;
    TokenPermit? permit;
    Hash256? followed;
    Address account;

    /// <summary>How far it is.</summary>
    public RunState State { get; private set; } = new RunState.Checking();

    /// <summary>It went on.</summary>
    public event Action? Changed;

    /// <summary>The account that it was reviewed for; null before.</summary>
    public Address? Account => account == Address.Zero ? null : account;

    /// <summary>Whether the wallet is not as it was reviewed for, and is waited for.</summary>
    public bool IsWalletElsewhere => IsOtherAccount || session.IsOnWrongChain;

    /// <summary>Whether the wallet acts for another account, or for none.</summary>
    public bool IsOtherAccount => session.Account != account;

    /// <summary>Tries the action out for its account, or for the connected one where anybody may do it; asks the wallet nothing.</summary>
    /// <param name="wanted">The action.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ReviewAsync(PreparedAction wanted, CancellationToken cancellationToken)
    {
        Acknowledge();
        (prepared, permit) = (wanted, null);
        Become(new RunState.Checking());
        if (session.Account is not { } connected)
            Become(new RunState.Stopped("No wallet is connected", "Connect the wallet that is to act, and try again."));
        else
        {
            account = wanted.Actor.Account ?? connected;
            await GuardAsync(async () =>
            {
                if (await OutlookAsync(null, cancellationToken) is { } outlook)
                    Become(new RunState.Ready(outlook));
            });
        }
    }

    /// <summary>Asks the wallet, and follows the transaction into its block.</summary>
    public Task GoAsync(CancellationToken cancellationToken) => State is RunState.Ready { Outlook: var outlook } && !IsWalletElsewhere
        ? GuardAsync(() => GoAsync(outlook, cancellationToken))
        : Task.CompletedTask;

    /// <summary>Its user saw how it ended, and has not to be told elsewhere; what still waits is told when it ends.</summary>
    public void Acknowledge()
    {
        if (State is RunState.Done or RunState.Stopped && followed is { } hash)
            sent.Forget(hash);
        followed = null;
    }

    async Task GoAsync(ActionOutlook.Fits told, CancellationToken cancellationToken)
    {
        var (final, questions) = (told, told.Questions);
        if (told.Permit is { } terms)
        {
            Become(new RunState.Signing(questions));
            if (await SignAsync(terms) is not { } signed)
                return;
            permit = signed;
        }
        if (permit is not null)
        {
            // Now that all is there, tried out to its end; again, where it waited since.
            if (await OutlookAsync(permit, cancellationToken) is not { Gas: not null } whole)
                return;
            if (IsWalletElsewhere || IsNews(whole.HighestFee, told.HighestFee))
            {
                // It waits for the wallet's return; or nobody agreed to that fee yet.
                Become(new RunState.Ready(whole, IsPermitSigned: true));
                return;
            }
            final = whole;
        }
        Become(new RunState.Sending(questions, questions));
        var request = prepared!.Action.Request(permit) with { From = account };
        if (Given(await wallet.SendTransactionAsync(session.Chain, account, request.To!.Value, request.Data, final.Gas!.Value), Transaction) is { } text)
            await FollowAsync(text, request, final.Nonce, cancellationToken);
    }

    async Task<TokenPermit?> SignAsync(PermitTerms terms)
    {
        if (Given(await wallet.SignTypedDataAsync(account, PermitText.Of(terms)), Permit) is not { } text)
            return null;
        if (ReadHex(text) is { Length: > 0 and <= LongestSignature } bytes)
        {
            if (Signature.TryRead(bytes, out var signature) && signature.IsBy(account, terms.Digest()))
                return new TokenPermit(terms.Value, terms.Deadline, signature);
            // Of an account that is a contract: the token asks that contract, which the trial before sending shows.
            if (bytes.Length != Signature.Size)
                return new TokenPermit(terms.Value, terms.Deadline, (Bytes)bytes);
        }
        Become(new RunState.Stopped("The signature is not your account's", "Your wallet signed something else, or with another account. Nothing was sent."));
        return null;
    }

    async Task FollowAsync(string text, Ethereum.Transactions.TransactionRequest request, ulong? expected, CancellationToken cancellationToken)
    {
        if (!Hash256.TryParse(text, null, out var hash))
        {
            Become(new RunState.Stopped("Your wallet gave no transaction", "It may have sent one; look into its list before you try again.", IsUncertain: true));
            return;
        }
        followed = hash;
        sent.Follow(hash, prepared!.Summary, request, expected);
        await foreach (var all in sent.All.WatchAsync(cancellationToken))
        {
            if (all.FirstOrDefault(candidate => candidate.Hash == hash) is not { } mine)
                Become(new RunState.Stopped("Told in another window", "How it ended was shown and dismissed there.", IsUncertain: true));
            else
                Become(mine.State switch
                {
                    SentState.Waits waits => new RunState.Pending(hash, waits),
                    SentState.Done done => new RunState.Done(done.Receipt, SentWords.ReasonOf(done)),
                    var ended => new RunState.Stopped(SentWords.TitleOf(ended), SentWords.ReasonOf(ended), ended.IsUncertain),
                });
            if (State is not RunState.Pending)
                return;
        }
    }

    async Task<ActionOutlook.Fits?> OutlookAsync(TokenPermit? permit, CancellationToken cancellationToken)
    {
        switch (await cases.Send(new PreviewAction(prepared!.Action, account, permit), cancellationToken))
        {
            case ActionOutlook.Fits fits:
                return fits;
            case ActionOutlook.Refused refused:
                Become(new RunState.Stopped("The contract would refuse this", refused.Reason));
                break;
        }
        return null;
    }

    string? Given(WalletAnswer answer, string what)
    {
        if (answer is WalletAnswer.Given given)
            return given.Value;
        Become(answer switch
        {
            WalletAnswer.Rejected => new RunState.Stopped("You declined in your wallet", $"The {what} was not signed, and nothing was sent."),
            WalletAnswer.Failed { Code: -32002 } => new RunState.Stopped("Your wallet is waiting for you", "Open it and answer what it asks already, then try again."),
            WalletAnswer.Failed failed => new RunState.Stopped("Your wallet could not", failed.Message),
            _ when what == Permit => new RunState.Stopped("Your wallet gave no answer", "It did not answer in time. Nothing was sent: what it signs now is not used."),
            _ => new RunState.Stopped("Your wallet gave no answer", "It did not answer in time. It may still send the transaction, or have done so: look there first.", IsUncertain: true),
        });
        return null;
    }

    async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Ethereum.Accounts.FeeCapExceededException)
        {
            Become(new RunState.Stopped("Fees are too high now", "The chain asks for more than the gateway's limit for a transaction. Try again when it is quieter; nothing was sent."));
        }
        catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException)
        {
            Become(new RunState.Stopped("The chain does not answer", "Its endpoint failed or gave an answer that makes no sense. Try again."));
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

    static bool IsNews(Wei? fee, Wei? told) => told is not { } before || fee is { } now && now.Value > before.Value + before.Value / UsualRise;

    static byte[]? ReadHex(string text)
    {
        if (!text.StartsWith("0x", StringComparison.Ordinal) || text.Length > 2 + 2 * LongestSignature)
            return null;
        try
        {
            return Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    void Become(RunState state)
    {
        State = state;
        Changed?.Invoke();
    }
}
