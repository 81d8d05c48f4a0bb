using Marketplace.Gateway.Security;
using Marketplace.Web.Tests.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Web.Tests.Serving;

/// <summary>Which sessions a gateway that was started anew knows.</summary>
public sealed class SessionFileTests : IDisposable
{
    const string Here = "127.0.0.1:8080", Word = "correct horse battery";

    readonly TemporaryFolder home = new();

    string File => Path.Combine(home.Path, "sessions.json");

    public void Dispose() => home.Dispose();

    [Fact]
    public void Session_OutlivesTheGateway_AndItsFileHoldsNothingThatLetsIn()
    {
        string token;
        using (var before = Open())
            token = before.Begin(SignedInSessions.LongLife);
        using var after = Open();

        Assert.NotNull(after.Find(token));
        Assert.Null(after.Find(token[..^1] + 'g'));
        Assert.DoesNotContain(token, System.IO.File.ReadAllText(File), StringComparison.OrdinalIgnoreCase);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void SessionThatEnded_OrIsOver_StaysSo()
    {
        string left, old, prolonged;
        using (var before = Open())
        {
            (left, old, prolonged) = (before.Begin(SignedInSessions.LongLife), before.Begin(SignedInSessions.ShortLife), before.Begin(SignedInSessions.ShortLife));
            before.End(left);
            before.Prolong(prolonged, SignedInSessions.LongLife);
        }
        using (var after = Open())
        {
            Assert.Null(after.Find(left));
            Assert.NotNull(after.Find(old));
        }
        using (var nextDay = Open(time: new ShiftedTime(SignedInSessions.ShortLife)))
        {
            Assert.Null(nextDay.Find(old));
            Assert.NotNull(nextDay.Find(prolonged));
        }
        using var nextMonth = Open(time: new ShiftedTime(SignedInSessions.LongLife));
        Assert.Null(nextMonth.Find(prolonged));
    }

    [Fact]
    public void ClockThatWasWrong_GivesNoSessionALongerLife()
    {
        string token;
        using (var before = Open(time: new ShiftedTime(TimeSpan.FromDays(1))))
            token = before.Begin(SignedInSessions.LongLife);
        using var after = Open();

        Assert.Null(after.Find(token));
    }

    [Fact]
    public void AnotherAddress_OrPassword_KnowsNone_AlsoWhereTheFormerIsBack()
    {
        string token;
        using (var before = Open(Here, Word))
            token = before.Begin(SignedInSessions.LongLife);
        using (var same = Open(Here, Word))
            Assert.NotNull(same.Find(token));
        using (var elsewhere = Open("127.0.0.1:8081", Word))
            Assert.Null(elsewhere.Find(token));
        using (var started = Open(Here))
            Assert.Null(started.Find(token));
        using (var changed = Open(Here, Word + " staple"))
            Assert.Null(changed.Find(token));
        using var back = Open(Here, Word);
        Assert.Null(back.Find(token));
    }

    [Fact]
    public void SessionsAreBounded_TheOldestEnds()
    {
        string first, second;
        using (var before = Open())
        {
            (first, second) = (before.Begin(SignedInSessions.LongLife), before.Begin(SignedInSessions.LongLife));
            for (var more = 1; more < SignedInSessions.Most; more++)
                before.Begin(SignedInSessions.LongLife);
            Assert.Null(before.Find(first));
        }
        using var after = Open();
        Assert.Null(after.Find(first));
        Assert.NotNull(after.Find(second));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("""{"address":"127.0.0.1:8080","kind":"start","salt":"","digest":"","sessions":[{"digest":"00","begun":0,"until":99999999999}]}""")]
    [InlineData("""{"address":"127.0.0.1:8080","kind":"start","salt":"","digest":"","sessions":[{"digest":null,"begun":-99999999999999,"until":0}]}""")]
    public void FileThatWasNotWrittenHere_LetsNobodyIn_AndStopsNothing(string contents)
    {
        System.IO.File.WriteAllText(File, contents);
        string token;
        using (var sessions = Open())
            token = sessions.Begin(SignedInSessions.LongLife);
        using var after = Open();

        Assert.NotNull(after.Find(token));
    }

    [Fact]
    public void FileThatOthersMayWrite_LetsNobodyIn()
    {
        string token;
        using (var before = Open())
            token = before.Begin(SignedInSessions.LongLife);
        if (OperatingSystem.IsWindows())
            return;
        System.IO.File.SetUnixFileMode(File, System.IO.File.GetUnixFileMode(File) | UnixFileMode.GroupWrite);
        using var after = Open();

        Assert.Null(after.Find(token));
    }

    SignedInSessions Open(string address = Here, string? password = null, TimeProvider? time = null) => new(
        new SessionFile(File, address, password is null ? null : new GatewayPassword(password, SessionFile.SaltIn(File)), NullLogger.Instance), time ?? TimeProvider.System);

    /// <summary>A clock that goes before.</summary>
    sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
