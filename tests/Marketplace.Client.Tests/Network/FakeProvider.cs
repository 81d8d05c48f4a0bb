using Marketplace.Client.Content;
using Marketplace.Client.Transport;
using Marketplace.Core.Challenges;
using Marketplace.Core.Primitives;
using Marketplace.Core.SumTree;
using Marketplace.Ethereum.Cryptography;
using Marketplace.Ethereum.Primitives;
using Marketplace.Protocol.Signatures;
using Marketplace.Protocol.Transfer;

namespace Marketplace.Client.Tests.Network;

/// <summary>A provider in memory that keeps to the protocol, except where a test tells it otherwise. One agreement.</summary>
sealed class FakeProvider : IAgreementChannel
{
    readonly Lock gate = new();
    readonly MarketDomain domain;
    readonly Address dataKey;
    PrivateKey operatorKey;
    readonly Dictionary<Hash256, byte[]> fragments = [];
    readonly AgreementTree tree = new();
    CatalogRecord? record;
    readonly Dictionary<Hash256, (ProviderTree Tree, InclusionProof Inclusion)> committed = [];
    RevisionMessage current = new(0, Hash256.Zero, 0);

    public FakeProvider(MarketDomain domain, Address dataKey, int number, GiB space)
    {
        (this.domain, this.dataKey, Space) = (domain, dataKey, space);
        var key = new byte[32];
        key[0] = 1;
        key[31] = (byte)number;
        operatorKey = new PrivateKey(key);
        key[0] = 2;
        Provider = new ProviderEndpoint(
            new PrivateKey(key).Address, operatorKey.Address, new Uri("https://provider.invalid:1"), Hash256.Zero);
        Agreement = new AgreementId((UInt128)(number + 1));
    }

    public ProviderEndpoint Provider { get; private set; }
    public AgreementId Agreement { get; }
    public GiB Space { get; }

    /// <summary>For a GiB read.</summary>
    public TokenAmount ReadingPrice { get; set; }

    /// <summary>The highest that it was given.</summary>
    public VoucherMessage? Voucher { get; set; }

    /// <summary>Vouchers that do not get through.</summary>
    public int LosesVouchers { get; set; }

    /// <summary>Keeps vouchers, and says that it has kept a higher one.</summary>
    public bool DeniesVouchers { get; set; }

    /// <summary>Awaited before a voucher arrives.</summary>
    public Func<Task>? BeforeVoucher { get; set; }

    /// <summary>Awaited when it has countersigned a revision, before it answers.</summary>
    public Func<Task>? AfterRevision { get; set; }

    /// <summary>Answers nothing.</summary>
    public bool IsDead { get; set; }

    /// <summary>Reads fail before anything is asked, as where it is known that nobody answers.</summary>
    public bool IsKnownToBeAway { get; set; }

    /// <summary>Dies when it has stored so many fragments.</summary>
    public int DiesAfterStores { get; set; } = int.MaxValue;

    /// <summary>Dies when it has countersigned so many revisions.</summary>
    public int DiesAfterRevisions { get; set; } = int.MaxValue;

    /// <summary>Never ends storing or reading.</summary>
    public bool IsStuck { get; set; }

    public RefusalCode? RefusesStores { get; set; }
    public RefusalCode? RefusesRevisions { get; set; }

    /// <summary>Applies so many revisions without the answer getting through.</summary>
    public int LosesAnswers { get; set; }

    /// <summary>So many revisions do not get through at all.</summary>
    public int LosesRequests { get; set; }

    public bool CountersignsWrongly { get; set; }
    public bool RefusesRecords { get; set; }

    /// <summary>Does not know the agreement for so many questions.</summary>
    public int SeesAgreementAfter { get; set; }

    /// <summary>What it says its current revision is, whatever it is.</summary>
    public RevisionMessage? Shows { get; set; }

    /// <summary>Changes what is read before it is sent.</summary>
    public Func<Hash256, byte[], byte[]>? Corrupts { get; set; }

    /// <summary>Called before a fragment is stored.</summary>
    public Action? OnStore { get; set; }

    public int Stores { get; private set; }
    public int Reads { get; private set; }
    public ulong LeavesRead { get; private set; }
    public ulong Number => current.Number;
    public ulong Weight => tree.Root.Weight;
    public ulong OccupiedSlots => tree.Count;
    public CatalogRecord? Record => record;
    public RevisionMessage Current => current;

    /// <summary>What is on chain.</summary>
    public ProviderTree Checkpoints { get; private set; } = ProviderTree.Load([]);

    /// <summary>What it says is on chain.</summary>
    public ProviderTree? ShowsCheckpoint { get; set; }

    static ProviderFailure Silence => new(FailureKind.Unreachable, "connection refused");

    static ProviderFailure No(RefusalCode code, RevisionMessage? now = null) => new(FailureKind.Refused, "no", code, now);

    public async Task<Answer<FragmentResultsMessage>> StoreAsync(IReadOnlyList<OutgoingFragment> sent, CancellationToken cancellationToken)
    {
        await ArriveAsync(cancellationToken);
        OnStore?.Invoke();
        lock (gate)
        {
            if (IsDead || Stores >= DiesAfterStores)
            {
                IsDead = true;
                return Silence;
            }
            if (RefusesStores is { } code)
                return No(code);
            foreach (var fragment in sent)
            {
                Stores++;
                if (Roots.OfFragment(fragment.Bytes.Span) != fragment.Root)
                    return No(RefusalCode.RootMismatch);
                fragments[fragment.Root] = fragment.Bytes.ToArray();
            }
            return new FragmentResultsMessage([.. sent.Select(fragment => new FragmentResult(fragment.Root, RefusalCodes.Stored))]);
        }
    }

    public async Task<Answer<CountersignatureMessage>> PostRevisionAsync(RevisionRequest request, CancellationToken cancellationToken)
    {
        await Task.Yield();
        var answer = Countersign(request);
        if (AfterRevision is { } after)
            await after();
        return answer;
    }

    Answer<CountersignatureMessage> Countersign(RevisionRequest request)
    {
        lock (gate)
        {
            IsDead |= current.Number >= (ulong)DiesAfterRevisions;
            if (IsDead || (LosesRequests > 0 && LosesRequests-- > 0))
                return Silence;
            if (RefusesRevisions is { } code)
                return No(code);
            if (request.Number != current.Number || request.DataRoot != current.DataRoot)
            {
                if (request.Number != current.Number + 1)
                    return No(RefusalCode.RevisionConflict, current);
                if (Apply(request) is { } refusal)
                    return No(refusal);
            }
            if (LosesAnswers > 0 && LosesAnswers-- > 0)
                return Silence;
            return new CountersignatureMessage(current.Countersignature!.Value);
        }
    }

    public Task<Answer<RevisionMessage>> GetRevisionAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Answer<RevisionMessage>>(
            IsDead ? Silence : SeesAgreementAfter-- > 0 ? No(RefusalCode.UnknownAgreement) : Shows ?? current);

    public Task<Answer<SlotsMessage>> GetSlotsAsync(uint from, int count, CancellationToken cancellationToken) =>
        Task.FromResult<Answer<SlotsMessage>>(IsDead
            ? Silence
            : new SlotsMessage([.. tree.Occupied(from).Take(count).Select(row => new SlotMessage(row.Key, row.Value.Hash.ToHash256(), (uint)row.Value.Weight))]));

    public async Task<Answer<IReadOnlyList<Hash256>>> ReadLeavesAsync(
        Hash256 root, uint first, Memory<byte> leaves, CancellationToken cancellationToken)
    {
        if (IsKnownToBeAway)
            return Silence;
        await ArriveAsync(cancellationToken);
        lock (gate)
        {
            if (IsDead)
                return Silence;
            Reads++;
            LeavesRead += (ulong)leaves.Length / 1024;
            if (!fragments.TryGetValue(root, out var bytes))
                return No(RefusalCode.NotFound);
            bytes = Corrupts?.Invoke(root, bytes) ?? bytes;
            if (bytes.Length < (int)first * 1024 + leaves.Length)
                return ProviderFailure.Lie("too short");
            bytes.AsMemory((int)first * 1024, leaves.Length).CopyTo(leaves);
            return FragmentTree.Build(bytes).RangeHashes(first, (ulong)leaves.Length / 1024).Select(hash => hash.ToHash256()).ToArray();
        }
    }

    public Task<Answer<InclusionMessage>> GetInclusionAsync(Hash256? root, CancellationToken cancellationToken)
    {
        if (IsDead)
            return Task.FromResult<Answer<InclusionMessage>>(Silence);
        var asked = root ?? Checkpoints.Checkpoint.Root.ToHash256();
        if (!committed.TryGetValue(asked, out var found))
            return Task.FromResult<Answer<InclusionMessage>>(No(RefusalCode.NotFound));
        var shown = (ShowsCheckpoint ?? found.Tree).Checkpoint;
        return Task.FromResult<Answer<InclusionMessage>>(
            new InclusionMessage(new CheckpointMessage(shown.Root.ToHash256(), shown.Leaves, shown.Agreements), 1, found.Inclusion.Encode()));
    }

    void Commit(ProviderTree tree, AgreementContents contents, byte[] signature)
    {
        Checkpoints = tree;
        committed[tree.Checkpoint.Root.ToHash256()] = (tree, new InclusionProof(contents, signature, tree.PathOf(0)));
    }

    /// <summary>Commits what it stores now, beside another agreement.</summary>
    public void Commit()
    {
        var contents = new AgreementContents(Agreement, current.Number, current.DataRoot.ToDigest(), current.Weight);
        Commit(
            ProviderTree.Load([new(0, contents), new(1, AgreementContents.Initial(new AgreementId(1_000_000)))]), contents,
            current.Signature?.ToArray() ?? new byte[65]);
    }

    /// <summary>Proves the agreement with contents that nobody signed.</summary>
    public void CommitInvented()
    {
        var contents = new AgreementContents(Agreement, current.Number, Digest.Of([1]), 1);
        Commit(ProviderTree.Load([new(0, contents)]), contents, current.Signature!.Value.ToArray());
    }

    public async Task<Answer<Done>> PostVoucherAsync(VoucherMessage voucher, CancellationToken cancellationToken)
    {
        if (BeforeVoucher is { } before)
        {
            BeforeVoucher = null;
            await before();
        }
        if (IsDead || LosesVouchers-- > 0)
            return Silence;
        if (!new EgressVoucher(Agreement, voucher.Amount).IsSignedBy(domain, dataKey, voucher.Signature))
            return No(RefusalCode.BadSignature);
        if (voucher.Amount < Voucher?.Amount)
            return No(RefusalCode.VoucherConflict);
        Voucher = voucher;
        return DeniesVouchers ? No(RefusalCode.VoucherConflict) : Done.Instance;
    }

    public Task<Answer<VoucherMessage>> GetVoucherAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Answer<VoucherMessage>>(IsDead ? Silence : Voucher is null ? No(RefusalCode.NotFound) : Voucher);

    public Task<Answer<Done>> PutRecordAsync(CatalogRecord sent, CancellationToken cancellationToken)
    {
        if (IsDead || RefusesRecords)
            return Task.FromResult<Answer<Done>>(Silence);
        if (!sent.IsSignedBy(domain, Agreement, dataKey))
            return Task.FromResult<Answer<Done>>(No(RefusalCode.BadSignature));
        if (sent.Sequence <= (record?.Sequence ?? 0))
            return Task.FromResult<Answer<Done>>(No(RefusalCode.RecordConflict));
        record = sent;
        return Task.FromResult<Answer<Done>>(Done.Instance);
    }

    public Task<Answer<CatalogRecord>> GetRecordAsync(CancellationToken cancellationToken) =>
        Task.FromResult<Answer<CatalogRecord>>(IsDead ? Silence : record is null ? No(RefusalCode.NotFound) : record);

    /// <summary>Registers another operator key; what it countersigned stays as it is.</summary>
    public void ChangeOperator()
    {
        operatorKey = PrivateKey.Create();
        Provider = Provider with { Operator = operatorKey.Address };
    }

    /// <summary>Loses its disk.</summary>
    public void ForgetAll()
    {
        lock (gate)
            fragments.Clear();
    }

    public byte[] AnyOther(Hash256 root) => fragments.First(row => row.Key != root).Value;

    async Task ArriveAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        if (IsStuck)
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    RefusalCode? Apply(RevisionRequest request)
    {
        var revision = request.RevisionOf(Agreement);
        if (!revision.IsSignedBy(domain, dataKey, request.Signature))
            return RefusalCode.BadSignature;
        var changes = new List<KeyValuePair<uint, SumNode>>();
        foreach (var change in request.Changes)
        {
            var now = tree[change.Slot];
            if (change.Root is null && now.IsEmpty)
                return RefusalCode.SlotEmpty;
            if (change.Root is not null && !now.IsEmpty)
                return RefusalCode.SlotOccupied;
            if (change.Root is { } missing && !fragments.ContainsKey(missing))
                return RefusalCode.FragmentNotStored;
            changes.Add(new(change.Slot, change.Root is { } root ? new SumNode(root.ToDigest(), (ulong)fragments[root].Length / 1024) : SumNode.Empty));
        }
        var next = AgreementTree.Load(tree.Occupied());
        next.Apply(changes);
        if (next.Root.Hash.ToHash256() != request.DataRoot || next.Root.Weight != request.Weight)
            return RefusalCode.DataRootMismatch;
        if (next.Root.Weight > Space.Value * GiB.Leaves)
            return RefusalCode.QuotaExceeded;
        tree.Apply(changes);
        var signature = CountersignsWrongly ? request.Signature : revision.Sign(domain, operatorKey);
        current = new RevisionMessage(request.Number, request.DataRoot, request.Weight, request.Signature, signature);
        return null;
    }
}
