using Marketplace.Application.Live;
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
public sealed class WalletRun(IMediator cases, WalletSession session, WalletBridge wallet, MarketPulse pulse)
{
    /// <summary>Smart accounts' signatures may be longer than a key's 65 bytes.</summary>
    const int LongestSignature = 16 << 10;

    /// <summary>A wallet's own endpoint may be ahead of the gateway's by a block or two.</summary>
    const int MostBlocksOvertaken = 3;

    WalletAction? action;
    Address account;

    /// <summary>How far it is.</summary>
    public RunState State { get; private set; } = new RunState.Checking();

    /// <summary>It went on.</summary>
    public event Action? Changed;

    /// <summary>Tries the action out for the connected account; asks the wallet nothing.</summary>
    public async Task ReviewAsync(WalletAction wanted, CancellationToken cancellationToken)
    {
        action = wanted;
        Become(new RunState.Checking());
        if (session.Account is not { } connected)
            Become(new RunState.Stopped("No wallet is connected", "Connect the wallet that is to act, and try again."));
        else if (session.IsOnWrongChain)
            Become(new RunState.Stopped("Your wallet is on another network", "Switch it to the market's network, and try again."));
        else
        {
            account = connected;
            await GuardAsync(async () =>
            {
                if (await OutlookAsync(null, cancellationToken) is { } outlook)
                    Become(new RunState.Ready(outlook));
            });
        }
    }

    /// <summary>Asks the wallet, and follows the transaction into its block.</summary>
    public Task GoAsync(CancellationToken cancellationToken) => State is RunState.Ready { Outlook: var outlook }
        ? GuardAsync(() => GoAsync(outlook, cancellationToken))
        : Task.CompletedTask;

    async Task GoAsync(ActionOutlook.Fits outlook, CancellationToken cancellationToken)
    {
        TokenPermit? permit = null;
        var final = outlook;
        if (outlook.Permit is { } terms)
        {
            Become(new RunState.Signing(outlook.Questions));
            if (await SignAsync(terms) is not { } signed)
                return;
            permit = signed;
            // Now that all is there, tried out to its end.
            if (await OutlookAsync(permit, cancellationToken) is not { Gas: not null } whole)
                return;
            final = whole;
        }
        Become(new RunState.Sending(outlook.Questions, outlook.Questions));
        var request = action!.Request(permit) with { From = account };
        if (session.Account != account || session.IsOnWrongChain)
            Become(new RunState.Stopped("Your wallet changed", "It acts for another account or on another network now. Nothing was sent."));
        else if (Given(await wallet.SendTransactionAsync(account, request.To!.Value, request.Data, final.Gas!.Value), "transaction") is { } text)
            await FollowAsync(text, request, final.Nonce, cancellationToken);
    }

    async Task<TokenPermit?> SignAsync(PermitTerms terms)
    {
        if (Given(await wallet.SignTypedDataAsync(account, PermitText.Of(terms)), "permit") is not { } text)
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
            Become(new RunState.Stopped("Your wallet gave no transaction", "It may have sent one; look into its list before you try again.", MayHaveSent: true));
            return;
        }
        Become(new RunState.Pending(hash, null));
        ulong? nonce = null;
        var overtaken = 0;
        await foreach (var moment in pulse.Moments.WatchAsync(cancellationToken))
        {
            if (moment.AwaySince is not null)
                continue;
            var fate = await TryFollowAsync(new FollowTransaction(hash, request, nonce, expected), cancellationToken);
            switch (fate)
            {
                case TransactionFate.Pending { IsOvertaken: true } when ++overtaken >= MostBlocksOvertaken:
                    Become(new RunState.Stopped(
                        "The transaction did not arrive", "Another one of your account has taken its place, or your wallet sent it elsewhere. Look into your wallet before you try again.", MayHaveSent: true));
                    return;
                case TransactionFate.Pending pending:
                    if (pending.Nonce != nonce)
                        Become(new RunState.Pending(hash, pending.Nonce));
                    nonce = pending.Nonce;
                    continue;
                case TransactionFate.Done done:
                    Become(new RunState.Done(done.Receipt));
                    return;
                case TransactionFate.Failed failed:
                    Become(new RunState.Stopped("The transaction failed", failed.Reason));
                    return;
                case TransactionFate.Replaced:
                    Become(new RunState.Stopped(
                        "The transaction was replaced", "You sped it up or cancelled it in your wallet. Look here again: what it did instead shows on the page.", MayHaveSent: true));
                    return;
            }
        }
    }

    async Task<TransactionFate?> TryFollowAsync(FollowTransaction question, CancellationToken cancellationToken)
    {
        try
        {
            return await cases.Send(question, cancellationToken);
        }
        catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException)
        {
            // Asked again with the next block.
            return null;
        }
    }

    async Task<ActionOutlook.Fits?> OutlookAsync(TokenPermit? permit, CancellationToken cancellationToken)
    {
        switch (await cases.Send(new PreviewAction(action!, account, permit), cancellationToken))
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
            _ => new RunState.Stopped("Your wallet gave no answer", "Try again."),
        });
        return null;
    }

    async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception fault) when (fault is EthereumRpcException or AbiDecodingException or Ethereum.Accounts.FeeCapExceededException)
        {
            Become(new RunState.Stopped("The chain does not answer", "Its endpoint failed or gave an answer that makes no sense. Try again."));
        }
        catch (OperationCanceledException)
        {
            // The page is gone.
        }
    }

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
