using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Gateway.Security;
using Marketplace.Web.Tests.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Marketplace.Web.Tests.Serving;

/// <summary>What others can try against a gateway that they reach, over real TLS.</summary>
public sealed class RemoteTests : IAsyncLifetime
{
    const string Cookie = "__Host-marketplace-";

    MarketFixture chain = null!;
    RemoteGateway gateway = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        gateway = await RemoteGateway.StartAsync(chain);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await gateway.DisposeAsync();
        await chain.DisposeAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/market")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/files/content/1")]
    [InlineData("/start?key=00")]
    public async Task Stranger_SeesTheSignInPageAtMost(string path)
    {
        using var browser = new Browser(gateway.Address);

        using var page = await browser.GetAsync(path, accept: "text/html");
        using var other = await browser.GetAsync(path, accept: "*/*");

        Assert.Equal(HttpStatusCode.SeeOther, page.StatusCode);
        Assert.Equal(path == "/market" ? "/sign-in?return=%2Fmarket" : path == "/files/content/1" ? "/sign-in?return=%2Ffiles%2Fcontent%2F1" : "/sign-in", page.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        Assert.Empty(await other.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Password_LetsIn_WithACookieThatNobodyElseCanUse_AndSigningOutEndsIt()
    {
        using var browser = new Browser(gateway.Address);

        using var signedIn = await browser.SignInAsync(RemoteGateway.Password);

        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.Equal("/", signedIn.Headers.Location!.ToString());
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), set => set.StartsWith(Cookie + gateway.Address.Port, StringComparison.Ordinal));
        foreach (var wanted in new[] { "secure", "httponly", "samesite=strict", "path=/" })
            Assert.Contains(wanted, cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?i)expires|max-age|domain", cookie);
        using var page = await browser.GetAsync("/market", "text/html");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(page.Headers.GetValues("Strict-Transport-Security")));
        Assert.Contains("action=\"/sign-out\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var signedOut = await browser.PostAsync("/sign-out", []);

        Assert.Equal("/sign-in", signedOut.Headers.Location!.ToString());
        using var again = await browser.GetAsync("/market", "text/html", cookie.Split(';')[0]);
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
    }

    /// <summary>The address may be anybody's link.</summary>
    [Theory]
    [InlineData("/provide?part=offers", "/provide?part=offers")]
    [InlineData("/govern?provider=0x00&x=%2F", "/govern?provider=0x00&x=%2F")]
    [InlineData("//evil.example", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("\\\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("/\n/evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/market\r\nSet-Cookie: a=b", "/")]
    [InlineData("/a//b", "/")]
    [InlineData("/\u00E4", "/")]
    [InlineData("market", "/")]
    [InlineData("", "/")]
    [InlineData("/sign-in?return=%2F", "/")]
    [InlineData("/sign-out", "/")]
    [InlineData("/_blazor/negotiate", "/")]
    public async Task SignIn_LeadsToThePageThatWasAskedFor_AndNeverElsewhere(string asked, string led)
    {
        using var browser = new Browser(gateway.Address);
        var query = $"?return={Uri.EscapeDataString(asked)}";

        using var signedIn = await browser.SignInAsync(RemoteGateway.Password, query: query);
        using var known = await browser.GetAsync("/sign-in" + query, "text/html");

        Assert.Equal((HttpStatusCode.SeeOther, led), (signedIn.StatusCode, signedIn.Headers.Location!.OriginalString));
        Assert.Equal((HttpStatusCode.SeeOther, led), (known.StatusCode, known.Headers.Location!.OriginalString));
    }

    /// <summary>Its form says where it leads, and nothing else of the request.</summary>
    [Fact]
    public async Task SignInPage_ShowsNothingThatItsAddressMadeUp()
    {
        using var browser = new Browser(gateway.Address);

        using var page = await browser.GetAsync("/sign-in?return=%2Fmarket%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "text/html");

        Assert.DoesNotContain("<script", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("action=\"/sign-in?return=%2Fmarket%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E\"", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task StayingSignedIn_IsAskedFor_AndBounded()
    {
        using var browser = new Browser(gateway.Address);

        using var signedIn = await browser.SignInAsync(RemoteGateway.Password, stay: true);

        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), set => set.StartsWith(Cookie + gateway.Address.Port, StringComparison.Ordinal));
        Assert.Contains("max-age=2592000", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task WrongPasswords_AreRefused_AndSlowedDown_AlsoForTheRightOneThen()
    {
        using var browser = new Browser(gateway.Address);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await browser.SignInAsync(RemoteGateway.Password + i);
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
            Assert.Contains("That is not the password.", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var slowed = await browser.SignInAsync(RemoteGateway.Password);

        Assert.Equal(HttpStatusCode.TooManyRequests, slowed.StatusCode);
        Assert.InRange(slowed.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 15);
        Assert.DoesNotContain("Set-Cookie: " + Cookie, slowed.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyTriesAtOnce_AreNoMoreThanOneAfterTheOther()
    {
        using var browser = new Browser(gateway.Address);
        var form = await browser.ReadFormAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => browser.PostAsync("/sign-in", [form, new("password", $"wrong {i}")])));

        // Fewer where the machine is slow: who waits too long for its turn is sent away unread.
        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.Unauthorized), 1, 5);
        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.TooManyRequests));
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task SignIn_WithoutItsToken_FromElsewhere_OrWithTooMuch_IsRefused()
    {
        using var browser = new Browser(gateway.Address);
        KeyValuePair<string, string> password = new("password", RemoteGateway.Password);

        using var forged = await browser.PostAsync("/sign-in", [password]);
        using var elsewhere = await browser.PostAsync("/sign-in", [await browser.ReadFormAsync(), password], "https://evil.example");
        using var large = await browser.PostAsync("/sign-in", [await browser.ReadFormAsync(), new("password", new string('x', 40_000))]);

        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, large.StatusCode);
    }

    [Theory]
    [InlineData("evil.example:{port}", HttpStatusCode.MisdirectedRequest)]
    [InlineData("host.example.org:{port}", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost:{port}", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:{port}", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:{port}", HttpStatusCode.OK)]
    public async Task OnlyItsOwnNames_AreAnswered(string host, HttpStatusCode status)
    {
        using var browser = new Browser(gateway.Address);

        using var answer = await browser.GetAsync("/sign-in", "text/html", host: host.Replace("{port}", $"{gateway.Address.Port}", StringComparison.Ordinal));

        Assert.Equal(status, answer.StatusCode);
    }

    [Fact]
    public async Task NameWithAPort_IsAnsweredUnderThatPort_AsBehindARouter()
    {
        await using var routed = await RemoteGateway.StartAsync(chain, new Microsoft.AspNetCore.Http.HostString("storage.example.org", 443));
        using var browser = new Browser(new Uri($"https://localhost:{routed.Port}"));

        using var outside = await browser.GetAsync("/sign-in", "text/html", host: "storage.example.org");
        using var inside = await browser.GetAsync("/sign-in", "text/html", host: $"storage.example.org:{routed.Port}");

        Assert.Equal("https://storage.example.org/", routed.Address.ToString());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.MisdirectedRequest), (outside.StatusCode, inside.StatusCode));
    }

    [Fact]
    public async Task LiveConnection_NeedsTheSession_AndEndsWithIt()
    {
        using var browser = new Browser(gateway.Address);
        using var signedIn = await browser.SignInAsync(RemoteGateway.Password);
        await Assert.ThrowsAsync<WebSocketException>(() => browser.ConnectAsync(withCookies: false));
        using var socket = await browser.ConnectAsync(withCookies: true);
        var reading = ReadToTheEndAsync(socket);

        using var signedOut = await browser.PostAsync("/sign-out", []);

        await reading.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task PlainConnection_GetsNoAnswer()
    {
        using var http = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://127.0.0.1:{gateway.Address.Port}/")));
    }

    [Fact]
    public async Task RenewedCertificate_IsShownToWhoeverConnectsNext_OnceItsKeyIsThereToo()
    {
        var first = await ReadShownAsync();
        var key = await File.ReadAllTextAsync(KeyFile);
        RemoteGateway.WriteCertificate(gateway.Folder, DateTimeOffset.UtcNow.AddDays(60));
        var renewedKey = await File.ReadAllTextAsync(KeyFile);

        await File.WriteAllTextAsync(KeyFile, key);
        Assert.False(gateway.Certificate.Renew(NullLogger.Instance));
        Assert.Equal(first, await ReadShownAsync());

        await File.WriteAllTextAsync(KeyFile, renewedKey);
        Assert.True(gateway.Certificate.Renew(NullLogger.Instance));
        var second = await ReadShownAsync();
        Assert.NotEqual(first, second);

        RemoteGateway.WriteCertificate(gateway.Folder, DateTimeOffset.UtcNow.AddDays(-1));
        Assert.False(gateway.Certificate.Renew(NullLogger.Instance));
        File.Delete(Path.Combine(gateway.Folder, "certificate.pem"));
        Assert.False(gateway.Certificate.Renew(NullLogger.Instance));
        Assert.Equal(second, await ReadShownAsync());
    }

    [Fact]
    public void CertificateOrPassword_ThatCannotBeUsed_IsRefusedWithAReason()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-certificate-").FullName;
        try
        {
            var (certificate, key) = (Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
            RemoteGateway.WriteCertificate(folder, DateTimeOffset.UtcNow.AddDays(1));
            using var good = ServerCertificate.Load(certificate, key, DateTimeOffset.UtcNow);
            Assert.Equal(["localhost", "127.0.0.1"], good.Names.Select(name => name.Host));
            Assert.Contains("renew it", Refused(certificate, key, DateTimeOffset.UtcNow.AddDays(2)), StringComparison.Ordinal);
            Assert.Contains("does not exist", Refused(certificate, key + ".none", DateTimeOffset.UtcNow), StringComparison.Ordinal);
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);
            Assert.Contains("chmod 600", Refused(certificate, key, DateTimeOffset.UtcNow), StringComparison.Ordinal);
            File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.WriteAllText(key, "nonsense");
            Assert.DoesNotContain("nonsense", Refused(certificate, key, DateTimeOffset.UtcNow), StringComparison.Ordinal);
            Assert.Throws<GatewayPasswordException>(() => new GatewayPassword("eleven char"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static string Refused(string certificate, string key, DateTimeOffset now) =>
            Assert.Throws<ServerCertificateException>(() => ServerCertificate.Load(certificate, key, now)).Message;
    }

    string KeyFile => Path.Combine(gateway.Folder, "key.pem");

    /// <summary>The SHA-256 of the certificate that a new connection is shown.</summary>
    async Task<string> ReadShownAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, gateway.Port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return tls.RemoteCertificate!.GetCertHashString(HashAlgorithmName.SHA256);
    }

    static async Task ReadToTheEndAsync(ClientWebSocket socket)
    {
        var buffer = new byte[1024];
        try
        {
            while ((await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (WebSocketException)
        {
            // Cut off, which is an end.
        }
    }
}
