using System.Diagnostics;
using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>Whether providers prove what both sides signed: some of them die, others go on.</summary>
[Collection(DisputeCollection.Name)]
public sealed class WatchTests(PricedNetwork network)
{
    [Fact]
    public async Task ProviderThatIsGone_IsFound_Audited_Concluded_AndPays()
    {
        var id = (await network.AgreementWithAsync(10)).Text("id");
        var alive = await RowAsync(id);
        Assert.Contains(alive.Text("standing"), new[] { "newest", "early" });
        Assert.True(alive.Number("signed") > 0);
        using (var process = Process.GetProcessById(network.Provider(10).GetProperty("pid").GetInt32()))
            process.Kill();
        await WaitAsync(async () => (await RowAsync(id)).Text("standing") is "not-shown" or "not-proven");

        var cautious = await network.RunAsync("agreements", "watch", "--audit", "--yes", "--max-bond", "4.9");
        Assert.Equal(1, cautious.ExitCode);
        Assert.DoesNotContain(Steps(cautious.Json, "demanded"), audit => audit.Text("agreement") == id);
        var demanded = await network.RunAsync("agreements", "watch", "--audit", "--yes", "--max-bond", "5");

        Assert.Equal(1, demanded.ExitCode);
        var audit = Assert.Single(Steps(demanded.Json, "demanded"), row => row.Text("agreement") == id);
        Assert.Equal(Amounts.Token * 5, audit.Amount("bond"));
        Assert.Equal(audit.Text("audit"), (await RowAsync(id)).Text("openAudit"));
        JsonElement concluded = default;
        await WaitAsync(async () =>
        {
            concluded = (await network.RunAsync("agreements", "watch", "--audit", "--yes")).Json;
            return Steps(concluded, "failed").Any(row => row.Text("agreement") == id);
        });
        var done = concluded.GetProperty("done");
        Assert.True(done.Amount("refunded") > 0);
        Assert.True(done.Amount("compensated") > 0);
        Assert.True(done.Amount("bondsReturned") >= Amounts.Token * 5);
        Assert.Equal("voided", (await network.AgreementWithAsync(10)).Text("state"));
    }

    [Theory]
    [InlineData("option-invalid", "--max-bond", "5")]
    [InlineData("amount-invalid", "--audit", "--max-bond", "much")]
    [InlineData("usage", "7")]
    public async Task WrongInput_IsRefused(string code, params string[] arguments) =>
        (await network.RunAsync(["agreements", "watch", .. arguments])).Refused(code);

    [Fact]
    public async Task Contents_AreCountersignedAnew_WithoutAChange()
    {
        var id = (await network.AgreementWithAsync(3)).Text("id");
        var before = (await RowAsync(id)).Number("signed");

        var signed = (await network.RunAsync("agreements", "countersign", id)).Succeeded().Json;

        Assert.Equal(before + 1, signed.Number("revision"));
        Assert.Equal(before + 1, (await RowAsync(id)).Number("signed"));
        (await network.RunAsync("agreements", "countersign", "999999")).Refused("not-found");
        (await network.RunAsync("agreements", "countersign", "x")).Refused("option-invalid");
    }

    async Task<JsonElement> RowAsync(string id) =>
        (await network.RunAsync("agreements", "watch")).Json.GetProperty("agreements").EnumerateArray().Single(row => row.Text("id") == id);

    static IEnumerable<JsonElement> Steps(JsonElement watch, string name) =>
        watch.GetProperty("done") is { ValueKind: JsonValueKind.Object } done ? done.GetProperty(name).EnumerateArray() : [];

    static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 60, "It never came to that.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
