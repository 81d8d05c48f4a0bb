namespace Marketplace.Cli.Tests.Network;

/// <summary>A consumer that has enough tokens to decide alone.</summary>
[Collection(MarketCollection.Name)]
public sealed class GovernanceTests(LocalNetwork network)
{
    [Fact]
    public async Task Decision_IsProposed_Voted_Queued_AndExecuted()
    {
        (await network.RunAsync("governance", "propose", "--set", "AuditSlashBps=51%", "--summary", "Too early")).Refused("not-enough-votes");
        var standing = (await network.RunAsync("governance", "delegate", "self")).Succeeded().Json;
        Assert.Equal(standing.Amount("balance"), standing.Amount("votes"));
        CommandResult proposed = null!;
        // Votes count from the block after the delegation on.
        await WaitAsync(async () =>
        {
            proposed = await network.RunAsync(
                "governance", "propose", "--set", "AuditSlashBps=51%", "--set", "auditwindow=9s", "--summary", "Dearer failures");
            return proposed.ExitCode == 0;
        });
        var (id, prefix) = (proposed.Json.Text("id"), proposed.Json.Text("id")[..10]);

        var shown = (await network.RunAsync("governance", "show", prefix)).Succeeded().Json;
        Assert.Equal(id, shown.Text("id"));
        // The vote begins three seconds after the proposal, whatever else the machine has to do.
        Assert.Contains(shown.Text("state"), (string[])["pending", "active"]);
        var changes = shown.GetProperty("effects")[0].GetProperty("changes").EnumerateArray().Select(change => $"{change.Text("name")}: {change.Text("new")}");
        Assert.Equal(["AuditWindow: 9 seconds", "AuditSlashBps: 51 %"], changes);
        (await network.RunAsync("governance", "queue", prefix)).Refused("proposal-not-ready");
        await WaitAsync(async () => (await StateAsync(prefix)) == "active");
        (await network.RunAsync("governance", "vote", prefix, "for", "--reason", "Yes")).Succeeded();
        (await network.RunAsync("governance", "vote", id, "against")).Refused("has-voted");
        await WaitAsync(async () => (await StateAsync(prefix)) == "succeeded");
        var queued = (await network.RunAsync("governance", "queue", prefix)).Succeeded().Json;
        Assert.Equal("queued", queued.Text("state"));
        var executed = await network.RunAsync("governance", "execute", prefix);
        if (TimeProvider.System.GetUtcNow() < queued.GetProperty("executableAt").GetDateTimeOffset())
            executed.Refused("proposal-not-ready");
        await WaitAsync(async () => executed.ExitCode == 0 || (executed = await network.RunAsync("governance", "execute", prefix)).ExitCode == 0);

        Assert.Equal("executed", executed.Json.Text("state"));
        var numbers = (await network.RunAsync("governance", "parameters")).Succeeded().Json.GetProperty("parameters").EnumerateArray();
        Assert.Contains(numbers, row => row.Text("name") == "AuditSlashBps" && row.Text("value") == "51 %");
    }

    [Theory]
    [InlineData("option-invalid", "propose", "--set", "AuditBond", "--summary", "x")]
    [InlineData("option-invalid", "propose", "--set", "NoSuchNumber=1", "--summary", "x")]
    [InlineData("option-invalid", "propose", "--set", "AuditWindow=9", "--summary", "x")]
    [InlineData("option-invalid", "propose", "--set", "AuditBond=1", "--set", "auditbond=2", "--summary", "x")]
    [InlineData("option-invalid", "propose", "--set", "AuditBond=1", "--summary", " ")]
    [InlineData("option-invalid", "propose", "--set", "AuditBond=much", "--summary", "x")]
    [InlineData("option-invalid", "vote", "0x0000", "maybe")]
    [InlineData("option-invalid", "vote", "0x0000", "1")]
    [InlineData("not-found", "vote", "0xabcdef", "for")]
    [InlineData("not-found", "show", "7")]
    [InlineData("not-found", "execute", "0x")]
    [InlineData("option-invalid", "delegate", "0x12")]
    [InlineData("usage", "propose", "--set", "AuditBond=1")]
    [InlineData("usage", "vote", "0x0000")]
    public async Task WrongInput_IsRefused(string code, params string[] arguments) => (await network.RunAsync(["governance", .. arguments])).Refused(code);

    async Task<string> StateAsync(string prefix) => (await network.RunAsync("governance", "show", prefix)).Succeeded().Json.Text("state");

    static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 180, "It never came to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(500));
        }
    }
}
