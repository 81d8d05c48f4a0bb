using Marketplace.Core.Primitives;
using Marketplace.Ethereum.Primitives;
using Marketplace.Provider.Agreements;
using Marketplace.Provider.Tests.Fragments;
using Marketplace.Provider.Tests.Persistence;

namespace Marketplace.Provider.Tests.Agreements;

public sealed class AgreementLedgerTests
{
    readonly TestAgreement agreement = new(StoreFixture.Agreement);
    readonly TestFragment one = new(3, 1), two = new(70, 2);

    [Fact]
    public async Task Revision_WhenAppliedAndReopened_IsThereWithItsSlotsAndSignatures()
    {
        await using var fixture = await FilledAsync();
        await fixture.ReopenAsync();
        var stored = fixture.Store.Agreements.Find(agreement.Id)!;
        Assert.Equal((1UL, agreement.DataRoot, 73UL), (stored.Revision.Number, stored.Revision.DataRoot, stored.Revision.Weight));
        Assert.Equal(agreement.Signature(1), stored.Revision.ConsumerSignature.ToArray());
        Assert.Equal(agreement.Signature(2), stored.Revision.ProviderSignature.ToArray());
        Assert.Equal([new OccupiedSlot(0, one.Root, 3), new OccupiedSlot(6, two.Root, 70)], fixture.Store.Agreements.ListSlots(agreement.Id, 0, 10)!);
        Assert.Equal([new OccupiedSlot(6, two.Root, 70)], fixture.Store.Agreements.ListSlots(agreement.Id, 1, 10)!);
        Assert.Null(fixture.Store.Agreements.ListSlots(new AgreementId(9), 0, 1));
    }

    [Fact]
    public async Task Revision_PostedAgain_GivesTheSameAnswer()
    {
        await using var fixture = await FilledAsync();
        var again = await fixture.Store.Agreements.ApplyRevisionAsync(agreement.Request([(0, one), (6, two)]), CancellationToken.None);
        Assert.Equal(1UL, Assert.IsType<RevisionResult.Applied>(again).Revision.Number);
    }

    [Fact]
    public async Task Revision_ThatDoesNotFollow_IsAConflict()
    {
        await using var fixture = await FilledAsync();
        var request = agreement.With([(0, null)]).Request([(0, null)]);
        foreach (var number in new ulong[] { 0, 1, 3 })
        {
            var result = await fixture.Store.Agreements.ApplyRevisionAsync(request with { Number = number }, CancellationToken.None);
            Assert.Equal(1UL, Assert.IsType<RevisionResult.Conflict>(result).Current.Number);
        }
    }

    [Fact]
    public async Task Revision_WithSlotsNotAsClaimed_IsRefusedAndChangesNothing()
    {
        await using var fixture = await FilledAsync();
        var three = new TestFragment(2, 3);
        Assert.Equal(new RevisionResult.SlotOccupied(0), await fixture.ReviseAsync(agreement, (0, two)));
        Assert.Equal(new RevisionResult.SlotEmpty(1), await fixture.ReviseAsync(agreement, (1, null)));
        Assert.Equal(new RevisionResult.SlotEmpty(0), await fixture.ReviseAsync(agreement, (0, null), (0, null)));
        Assert.Equal(new RevisionResult.FragmentNotStored(1, three.Root), await fixture.ReviseAsync(agreement, (1, three)));
        Assert.IsType<RevisionResult.SlotOutOfRange>(await Raw(fixture, new SlotChange(ulong.MaxValue, one.Root)));
        Assert.IsType<RevisionResult.SlotOutOfRange>(await Raw(fixture, new SlotChange(1UL << 20, one.Root)));
        Assert.Equal(1UL, fixture.Store.Agreements.Find(agreement.Id)!.Revision.Number);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, (0, null), (0, two), (6, null)));
        Assert.Equal([new OccupiedSlot(0, two.Root, 70)], fixture.Store.Agreements.ListSlots(agreement.Id, 0, 10)!);
    }

    [Fact]
    public async Task Revision_WithAnotherRootThanItsChangesLeadTo_IsRefusedAndTheNextOneStillFits()
    {
        await using var fixture = await FilledAsync();
        var request = agreement.With([(0, null)]).Request([(0, null)]);
        var refused = await fixture.Store.Agreements.ApplyRevisionAsync(request with { DataRoot = Hash256.Zero }, CancellationToken.None);
        Assert.Equal(new RevisionResult.DataRootMismatch(request.DataRoot, request.Weight), refused);
        refused = await fixture.Store.Agreements.ApplyRevisionAsync(request with { Weight = 71 }, CancellationToken.None);
        Assert.IsType<RevisionResult.DataRootMismatch>(refused);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, (0, null)));
    }

    [Fact]
    public async Task Revision_BeyondTheReservedSpace_IsRefused()
    {
        await using var fixture = await FilledAsync();
        var result = await Raw(fixture, weight: GiB.Leaves + 1);
        Assert.Equal(new RevisionResult.QuotaExceeded(GiB.Leaves + 1, new GiB(1)), result);
    }

    [Fact]
    public async Task Revision_ForAnUnknownOrClosedAgreement_IsRefused()
    {
        await using var fixture = new StoreFixture();
        Assert.IsType<RevisionResult.UnknownAgreement>(await fixture.ReviseAsync(agreement));
        await fixture.RegisterAsync();
        await fixture.Store.Agreements.CloseAsync(agreement.Id, CancellationToken.None);
        Assert.IsType<RevisionResult.AgreementClosed>(await fixture.ReviseAsync(agreement));
    }

    [Fact]
    public async Task Register_OfAKnownAgreement_ChangesItsTermsAndKeepsItsRevision()
    {
        await using var fixture = await FilledAsync();
        await fixture.RegisterAsync(gib: 7);
        var stored = fixture.Store.Agreements.Find(agreement.Id)!;
        Assert.Equal((new GiB(7), 1UL), (stored.Terms.Reserved, stored.Revision.Number));
        Assert.Equal(agreement.Id, Assert.Single(fixture.Store.Agreements.ListOpen()).Terms.Id);
    }

    [Fact]
    public async Task Record_WithAHigherSequence_Wins()
    {
        await using var fixture = await FilledAsync();
        Assert.Null(fixture.Store.Agreements.FindRecord(agreement.Id));
        Assert.True(await PutAsync(5, 50));
        Assert.False(await PutAsync(5, 51));
        Assert.False(await PutAsync(4, 40));
        Assert.True(await PutAsync(6, 60));
        await fixture.ReopenAsync();
        var record = fixture.Store.Agreements.FindRecord(agreement.Id)!;
        Assert.Equal((6UL, 60), (record.Sequence, record.Payload.Length));

        Task<bool> PutAsync(ulong sequence, int length) => fixture.Store.Agreements.PutRecordAsync(
            agreement.Id, new CatalogRecord(sequence, new byte[65], new byte[length]), CancellationToken.None);
    }

    async Task<StoreFixture> FilledAsync()
    {
        var fixture = new StoreFixture();
        await fixture.RegisterAsync();
        await fixture.WriteAsync(one);
        await fixture.WriteAsync(two);
        Assert.IsType<RevisionResult.Applied>(await fixture.ReviseAsync(agreement, (0, one), (6, two)));
        return fixture;
    }

    Task<RevisionResult> Raw(StoreFixture fixture, SlotChange? change = null, ulong weight = 1) =>
        fixture.Store.Agreements.ApplyRevisionAsync(
        new RevisionRequest(agreement.Id, 2, Hash256.Zero, weight, change is null ? [] : [change.Value], new byte[65], new byte[65]),
        CancellationToken.None);
}
