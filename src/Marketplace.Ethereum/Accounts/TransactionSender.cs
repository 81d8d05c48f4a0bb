using Marketplace.Ethereum.Contracts;
using Marketplace.Ethereum.JsonRpc;
using Marketplace.Ethereum.Primitives;
using Marketplace.Ethereum.Transactions;

namespace Marketplace.Ethereum.Accounts;

/// <summary>
/// Takes an account's transactions from intent to confirmed block: tries them out, prices, signs, records and sends them, raises the fees
/// of those that are stuck, sends
/// again those that the network lost or a reorganisation undid. One sender for an account at a time.
/// </summary>
public sealed class TransactionSender
{
    const int MaxNonceConflicts = 3;

    readonly EthereumClient client;
    readonly ISigner signer;
    readonly NonceTracker nonces;
    readonly FeeEstimator fees;
    readonly ITransactionJournal journal;
    readonly TransactionSenderOptions options;
    readonly TimeProvider time;
    readonly Simulator simulator;
    readonly SemaphoreSlim submitting = new(1, 1);
    bool ready;

    /// <param name="client">The chain.</param>
    /// <param name="signer">Signs for the account of <paramref name="nonces"/>.</param>
    /// <param name="nonces">The account's nonces, on the chain that is meant.</param>
    /// <param name="fees">Prices.</param>
    /// <param name="journal">Made durable before anything is sent.</param>
    /// <param name="options">Patience and care.</param>
    /// <param name="time">The clock.</param>
    public TransactionSender(
        EthereumClient client, ISigner signer, NonceTracker nonces, FeeEstimator fees, ITransactionJournal journal,
        TransactionSenderOptions options, TimeProvider time)
    {
        if (signer.Address != nonces.Account)
            throw new ArgumentException("The nonces are of another account.", nameof(nonces));
        (this.client, this.signer, this.nonces, this.fees) = (client, signer, nonces, fees);
        (this.journal, this.options, this.time) = (journal, options, time);
        simulator = new Simulator(client, options);
    }

    /// <summary>The account.</summary>
    public Address Address => signer.Address;

    /// <summary>The chain.</summary>
    public ulong ChainId => nonces.ChainId;

    /// <summary>Submits and waits; see <see cref="SubmitAsync"/> and <see cref="WaitAsync"/>.</summary>
    public async Task<TransactionReceipt> SendAsync(
        TransactionRequest request, string intent, CancellationToken cancellationToken = default) =>
        await WaitAsync(await SubmitAsync(request, intent, cancellationToken), cancellationToken);

    /// <summary>
    /// Tries the request out on the chain's state, signs it, records it and hands it to the node. An intent that the journal has already is
    /// not signed again: what was
    /// signed before is taken up. When this returns, the transaction is in the journal; if the network failed meanwhile, <see
    /// cref="WaitAsync"/> sends it again.
    /// </summary>
    /// <param name="request">What to do. Its <see cref="TransactionRequest.From"/> is ignored.</param>
    /// <param name="intent">Names what is to be done once.</param>
    /// <param name="cancellationToken">Gives up; once the journal has the transaction it may take effect all the same.</param>
    /// <exception cref="ContractErrorException">
    /// The contract would refuse it, with an error that <see cref="EthereumClient.Errors"/> knows. Nothing was sent.
    /// </exception>
    /// <exception cref="CallRevertedException">The contract would refuse it for another reason. Nothing was sent.</exception>
    /// <exception cref="FeeCapExceededException">The chain is too expensive now. Nothing was sent.</exception>
    /// <exception cref="TransactionRefusedException">The node would not have it. Nothing was sent.</exception>
    /// <exception cref="WrongChainException">The endpoint serves another chain.</exception>
    public async Task<PendingTransaction> SubmitAsync(
        TransactionRequest request, string intent, CancellationToken cancellationToken = default)
    {
        await submitting.WaitAsync(cancellationToken);
        try
        {
            await PrepareAsync(cancellationToken);
            if (await journal.FindAsync(intent, cancellationToken) is { Count: > 0 } attempts)
                return TakeUp(intent, attempts);
            var whole = request with { From = signer.Address };
            var gas = await simulator.TryOutAsync(whole, cancellationToken);
            var quote = await fees.QuoteAsync(cancellationToken);
            return await SubmitNewAsync(whole with { GasLimit = gas }, quote, intent, cancellationToken);
        }
        finally
        {
            submitting.Release();
        }
    }

    /// <summary>
    /// Waits until enough blocks confirm the transaction and returns its receipt. Faults of the network do not end the wait; cancelling it
    /// leaves the transaction in the
    /// journal, to be resumed.
    /// </summary>
    /// <exception cref="TransactionRevertedException">
    /// It is in a block but failed; the inner exception is the contract's reason.
    /// </exception>
    /// <exception cref="TransactionReplacedException">Something else used its nonce.</exception>
    public Task<TransactionReceipt> WaitAsync(PendingTransaction transaction, CancellationToken cancellationToken = default) =>
        new TransactionWatch(client, signer, nonces, fees, journal, options, time, simulator, transaction).RunAsync(cancellationToken);

    /// <summary>
    /// After a start: sends again what the journal holds and has not seen end, in the order of nonces. Wait for each to learn how it ends.
    /// </summary>
    public async Task<IReadOnlyList<PendingTransaction>> ResumeAsync(CancellationToken cancellationToken = default)
    {
        await submitting.WaitAsync(cancellationToken);
        try
        {
            await PrepareAsync(cancellationToken);
            var open = await journal.ReadOpenAsync(ChainId, Address, cancellationToken);
            var resumed = open.GroupBy(attempt => attempt.Intent).Select(group => TakeUp(group.Key, [.. group]))
                .OrderBy(pending => pending.Nonce).ToArray();
            foreach (var pending in resumed)
                await client.TrySendAsync(pending.Newest, cancellationToken);
            return resumed;
        }
        finally
        {
            submitting.Release();
        }
    }

    async Task<PendingTransaction> SubmitNewAsync(
        TransactionRequest request, FeeQuote quote, string intent, CancellationToken cancellationToken)
    {
        for (var conflicts = 0; ; conflicts++)
        {
            var (signed, result) = await AttemptAsync(request, quote, intent, cancellationToken);
            if (result is null || result.IsWithNode)
                return new PendingTransaction(intent, [signed], time.GetTimestamp());
            // The node has said no, so the bytes are nowhere and the nonce is free for others.
            await journal.ConcludeAsync(intent, TransactionFate.Refused, null, cancellationToken);
            await nonces.ReleaseAsync(signed.Transaction.Nonce, cancellationToken);
            var conflict = result.Outcome is SubmissionOutcome.NonceTooLow or SubmissionOutcome.ReplacementUnderpriced;
            if (!conflict || conflicts == MaxNonceConflicts)
                throw new TransactionRefusedException(result.Outcome, result.Words);
        }
    }

    async Task<(SignedTransaction Signed, SubmissionResult? Result)> AttemptAsync(
        TransactionRequest request, FeeQuote quote, string intent, CancellationToken cancellationToken)
    {
        var nonce = await nonces.TakeAsync(cancellationToken);
        SignedTransaction signed;
        try
        {
            signed = await signer.SignTransactionAsync(Build(request, quote, nonce), cancellationToken);
            await journal.AppendAsync(Entry(intent, signed), cancellationToken);
        }
        catch
        {
            // A journal that failed may hold the attempt all the same; its nonce is then not given to anything else.
            if (await journal.FindAsync(intent, CancellationToken.None) is { Count: 0 })
                await nonces.ReleaseAsync(nonce, CancellationToken.None);
            throw;
        }
        return (signed, await client.TrySendAsync(signed, cancellationToken));
    }

    async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (ready)
            return;
        await client.RequireChainAsync(ChainId, cancellationToken);
        var open = await journal.ReadOpenAsync(ChainId, Address, cancellationToken);
        await nonces.RetainAsync([.. open.Select(attempt => attempt.Nonce).Distinct()], cancellationToken);
        ready = true;
    }

    PendingTransaction TakeUp(string intent, IReadOnlyList<TransactionAttempt> attempts) =>
        new(intent, attempts.Select(Read), time.GetTimestamp());

    SignedTransaction Read(TransactionAttempt attempt) =>
        SignedTransaction.TryDecode(attempt.Raw.Span, out var signed) && signed.Hash == attempt.Hash && signed.Sender == Address
            ? signed
            : throw new InvalidDataException($"The journal's transaction {attempt.Hash} is damaged or another account's.");

    Eip1559Transaction Build(TransactionRequest request, FeeQuote quote, ulong nonce) => new()
    {
        ChainId = ChainId,
        Nonce = nonce,
        MaxPriorityFeePerGas = quote.MaxPriorityFeePerGas,
        MaxFeePerGas = quote.MaxFeePerGas,
        GasLimit = request.GasLimit ?? throw new InvalidOperationException("Gas is estimated before a transaction is built."),
        To = request.To,
        Value = request.Value,
        Data = request.Data,
        AccessList = request.AccessList,
    };

    internal static TransactionAttempt Entry(string intent, SignedTransaction signed) =>
        new(intent, signed.Transaction.ChainId, signed.Sender, signed.Transaction.Nonce, signed.Hash, signed.Raw);
}
