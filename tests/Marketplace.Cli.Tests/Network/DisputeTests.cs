using System.Diagnostics;
using System.Text.Json;

namespace Marketplace.Cli.Tests.Network;

/// <summary>Audits, compensation and declared losses, with providers that answer, that lose data, and that are dead. Answers are due within 20 s.</summary>
[Collection(DisputeCollection.Name)]
public sealed class DisputeTests(PricedNetwork network)
{
    static readonly UInt128 Bond = Amounts.Token * 5;

    [Fact]
    public async Task Audit_OfAnHonestProvider_IsAnswered_AndCostsTheBond()
    {
        var id = (await network.AgreementWithAsync(1)).Text("id");
        var before = (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens");
        var quote = (await network.RunAsync("agreements", "audit", id, "--dry-run")).Succeeded().Json;
        Assert.False(quote.GetProperty("demanded").GetBoolean());
        Assert.Equal((Bond, (ulong)PricedNetwork.SecondsToAnswer), (quote.Amount("bond"), quote.Number("windowSeconds")));
        Assert.Equal(Amounts.Token * 20 / 2, quote.Amount("penalty"));
        Assert.Equal(before, (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));

        var audit = (await network.RunAsync("agreements", "audit", id, "--object", "audited", "--wait")).Succeeded().Json;

        Assert.Equal("answered", audit.Text("state"));
        Assert.Equal(before - Bond, (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));
        var listed = Assert.Single(await AuditsAsync(), row => row.Text("audit") == audit.Text("audit"));
        Assert.Equal((id, "answered"), (listed.Text("agreement"), listed.Text("state")));
        (await network.RunAsync("audits", "conclude", audit.Text("audit"))).Refused("audit-over");
    }

    [Fact]
    public async Task Audit_OfADeadProvider_CanBeConcludedAfterItsDeadline_AndPaysTheConsumer()
    {
        var agreement = await network.AgreementWithAsync(12);
        var id = agreement.Text("id");
        Kill(12);
        var audit = (await network.RunAsync("agreements", "audit", id, "--leaf", "0")).Succeeded().Json.Text("audit");
        (await network.RunAsync("audits", "conclude", audit)).Refused("audit-open");
        (await network.RunAsync("agreements", "audit", id)).Refused("audit-open");
        await WaitAsync(async () => (await AuditsAsync()).Any(row => row.Text("audit") == audit && row.GetProperty("canBeConcluded").GetBoolean()));

        var concluded = (await network.RunAsync("audits", "conclude", audit)).Succeeded().Json;

        Assert.Equal("failed", concluded.Text("state"));
        Assert.Equal(Bond, concluded.Amount("bond"));
        Assert.True(concluded.Amount("refunded") > 0);
        Assert.Equal("voided", (await network.AgreementWithAsync(12)).Text("state"));
        Assert.True((await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("withdrawable") >= Bond + concluded.Amount("refunded"));
        await ClaimAsync(id, atLeast: Amounts.Token * 5);
        (await network.RunAsync("agreements", "audit", id)).Refused("agreement-not-active");
        (await network.RunAsync("agreements", "extend", id, "--term", "1")).Refused("agreement-not-active");
        (await network.RunAsync("agreements", "deposit", id, "--amount", "1")).Refused("agreement-not-active");
    }

    [Fact]
    public async Task Audit_ThatIsWaitedFor_ConcludesByItself_AndSaysByItsExitCodeThatTheProviderFailed()
    {
        var id = (await network.AgreementWithAsync(11)).Text("id");
        Kill(11);

        var result = await network.RunAsync("agreements", "audit", id, "--wait");

        Assert.Equal(1, result.ExitCode);
        Assert.Equal("failed", result.Json.Text("state"));
        Assert.Equal("voided", (await network.AgreementWithAsync(11)).Text("state"));
    }

    /// <summary>Half of a failed audit's penalty is the consumers', and there is one only; missed epochs may have added to it.</summary>
    async Task ClaimAsync(string id, UInt128 atLeast)
    {
        var before = (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens");
        var claim = (await network.RunAsync("agreements", "claim", id)).Succeeded().Json;
        var paid = Assert.Single(claim.GetProperty("agreements").EnumerateArray());
        Assert.Equal(id, paid.Text("id"));
        Assert.True(claim.Amount("claimed") >= atLeast, $"Only {claim.Amount("claimed")} were paid.");
        Assert.Equal(before + claim.Amount("claimed"), (await network.RunAsync("wallet", "show")).Succeeded().Json.Amount("tokens"));
        Assert.Equal((UInt128)0, (await network.RunAsync("agreements", "claim", id)).Succeeded().Json.Amount("claimed"));
    }

    [Fact]
    public async Task LostFragment_IsDeclaredByTheNode_AndShownUntilItIsCured()
    {
        var agreement = await network.AgreementWithAsync(3);
        var id = agreement.Text("id");
        Assert.Empty((await LossesAsync()).GetProperty("losses").EnumerateArray());
        DamageVolumes(3);
        Assert.Equal(1, (await network.RunAsync("verify", "lost", "--full")).ExitCode);

        await WaitAsync(async () => (await LossesAsync()).GetProperty("unpaid").EnumerateArray().Any(row => row.GetString() == id));

        var overview = await LossesAsync();
        Assert.All(overview.GetProperty("losses").EnumerateArray(), loss => Assert.Equal(id, loss.Text("agreement")));
        Assert.True(overview.Amount("penalties") > 0);
        Assert.True((await network.AgreementWithAsync(3)).GetProperty("suspended").GetBoolean());
        foreach (var name in new[] { "lost", "read", "audited" })
            await network.RunAsync("rm", name, "--for-good");
        await WaitAsync(async () => !(await LossesAsync()).GetProperty("unpaid").EnumerateArray().Any());
        Assert.NotEmpty((await LossesAsync()).GetProperty("cures").EnumerateArray());
        Assert.False((await network.AgreementWithAsync(3)).GetProperty("suspended").GetBoolean());
    }

    [Theory]
    [InlineData("option-invalid", "agreements", "audit", "0")]
    [InlineData("not-found", "agreements", "audit", "999999")]
    [InlineData("option-invalid", "agreements", "audit", "1", "--leaf", "1", "--object", "audited")]
    [InlineData("usage", "agreements", "audit", "1", "--leaf", "-1")]
    [InlineData("usage", "agreements", "audit")]
    [InlineData("option-invalid", "audits", "conclude", "one")]
    [InlineData("not-found", "audits", "conclude", "999999")]
    [InlineData("usage", "audits", "conclude")]
    [InlineData("not-found", "agreements", "claim", "999999")]
    [InlineData("option-invalid", "agreements", "claim", "all")]
    public async Task WrongInput_IsRefused(string code, params string[] arguments) => (await network.RunAsync(arguments)).Refused(code);

    [Fact]
    public async Task LeafOrObjectThatIsNotThere_IsRefused()
    {
        var id = (await network.AgreementWithAsync(4)).Text("id");
        (await network.RunAsync("agreements", "audit", id, "--leaf", "9999999")).Refused("option-invalid");
        (await network.RunAsync("agreements", "audit", id, "--object", "nobody knows it")).Refused("not-found");
    }

    Task<CommandResult> ShowLossesAsync() => network.RunAsProviderAsync(3, "provider", "loss");

    async Task<JsonElement> LossesAsync() => (await ShowLossesAsync()).Succeeded().Json;

    async Task<IReadOnlyList<JsonElement>> AuditsAsync() => [.. (await network.RunAsync("audits")).Succeeded().Json.GetProperty("audits").EnumerateArray()];

    void Kill(int provider)
    {
        using var process = Process.GetProcessById(network.Provider(provider).GetProperty("pid").GetInt32());
        process.Kill();
    }

    /// <summary>Overwrites all contents but the first bytes, as a failing disk does.</summary>
    void DamageVolumes(int provider)
    {
        foreach (var path in Directory.GetFiles(Path.Combine(network.Provider(provider).Text("home"), "data", "volumes")))
        {
            using var volume = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var noise = new byte[Math.Max(0, volume.Length - 8_192)];
            new Random(7).NextBytes(noise);
            volume.Position = volume.Length - noise.Length;
            volume.Write(noise);
        }
    }

    static async Task WaitAsync(Func<Task<bool>> holds)
    {
        for (var attempt = 0; !await holds(); attempt++)
        {
            Assert.True(attempt < 60, "It never came to that.");
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
