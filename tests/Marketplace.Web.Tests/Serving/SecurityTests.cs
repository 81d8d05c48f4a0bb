using System.Net;
using System.Net.WebSockets;
using Marketplace.Chain.Tests.Markets;
using Marketplace.Gateway.Hosting;
using Marketplace.Web.Tests.Network;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Marketplace.Web.Tests.Serving;

/// <summary>What other sites can try against a gateway on this machine.</summary>
public sealed class SecurityTests : IAsyncLifetime
{
    readonly HttpClient http = new();
    readonly HttpClient stranger = new(new HttpClientHandler { AllowAutoRedirect = false });
    MarketFixture chain = null!;
    GatewayHost gateway = null!;

    async Task IAsyncLifetime.InitializeAsync()
    {
        chain = await MarketFixture.StartAsync();
        gateway = await WebFixture.StartGatewayAsync(chain);
        using var started = await http.GetAsync(gateway.StartAddress);
        Assert.Equal(HttpStatusCode.OK, started.StatusCode);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        http.Dispose();
        stranger.Dispose();
        await gateway.DisposeAsync();
        await chain.DisposeAsync();
    }

    [Fact]
    public async Task EveryAnswer_ForbidsForeignScripts_AndFrames()
    {
        foreach (var path in new[] { "/", "/assets/app.css", "/nowhere", "/assets/nothing" })
        {
            using var answer = await http.GetAsync(new Uri(gateway.Address, path));
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("http:", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Cross-Origin-Resource-Policy")));
        }
    }

    [Fact]
    public void WorkingFolder_AndEnvironment_ConfigureNothing_AndAreNotWatched()
    {
        var configuration = gateway.Services.GetRequiredService<IConfiguration>();
        var environment = gateway.Services.GetRequiredService<IWebHostEnvironment>();

        Assert.DoesNotContain(
            Assert.IsType<IConfigurationRoot>(configuration, exactMatch: false).Providers, source => source is FileConfigurationProvider or EnvironmentVariablesConfigurationProvider);
        Assert.Equal(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), Path.TrimEndingDirectorySeparator(environment.ContentRootPath));
        Assert.Equal(Environments.Production, environment.EnvironmentName);
    }

    [Fact]
    public async Task UnknownAddress_IsNotFound()
    {
        using var page = await http.GetAsync(new Uri(gateway.Address, "/nowhere"));
        using var asset = await http.GetAsync(new Uri(gateway.Address, "/assets/../packages.lock.json"));

        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Contains("There is no page at this address.", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, asset.StatusCode);
    }

    [Fact]
    public async Task Page_HasNoInlineScript()
    {
        var page = await http.GetStringAsync(gateway.Address);

        Assert.Contains("<script src=\"/assets/js/blazor.web.js", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<script(?![^>]*\\bsrc=)", page);
        Assert.DoesNotMatch("\\son[a-z]+=", page);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("evil.example:{port}")]
    [InlineData("127.0.0.1.evil.example:{port}")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0:{port}")]
    public async Task OtherHostName_IsRefused_AsAfterDnsRebinding(string host)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, gateway.Address);
        question.Headers.Host = host.Replace("{port}", $"{gateway.Address.Port}", StringComparison.Ordinal);

        using var answer = await http.SendAsync(question);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://localhost:{port}/")]
    [InlineData("http://127.0.0.1:{port}/")]
    public async Task OwnNames_AreAnswered(string address)
    {
        using var answer = await http.GetAsync(new Uri(new Uri(address.Replace("{port}", $"{gateway.Address.Port}", StringComparison.Ordinal)), gateway.StartAddress.PathAndQuery));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task OtherSite_IsRefused(string header, string value)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, gateway.Address);
        question.Headers.Add(header, value);

        using var answer = await http.SendAsync(question);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task LinkOnAnotherSite_MayLeadHere_ButNotIntoAFrame()
    {
        Assert.Equal(HttpStatusCode.OK, await FollowAsync("document"));
        Assert.Equal(HttpStatusCode.Forbidden, await FollowAsync("iframe"));

        async Task<HttpStatusCode> FollowAsync(string into)
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, gateway.Address);
            question.Headers.Add("Sec-Fetch-Site", "cross-site");
            question.Headers.Add("Sec-Fetch-Mode", "navigate");
            question.Headers.Add("Sec-Fetch-Dest", into);
            using var answer = await http.SendAsync(question);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    public async Task LiveConnection_FromElsewhere_IsRefused(string? origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);

        // Told before anybody is asked who they are.
        await Assert.ThrowsAsync<WebSocketException>(() =>
            socket.ConnectAsync(new Uri($"ws://127.0.0.1:{gateway.Address.Port}/_blazor"), CancellationToken.None));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/market")]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/_framework/blazor.web.js")]
    [InlineData("/files/content/1")]
    [InlineData("/activity/export?account=0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC")]
    [InlineData("/start")]
    [InlineData("/start?key=")]
    [InlineData("/start?key=00")]
    public async Task OtherUserOfThisMachine_SeesNothing(string path)
    {
        using var answer = await stranger.GetAsync(new Uri(gateway.Address, path));

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("marketplace gateway run", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Secret_IsExchangedForACookie_ThatScriptsAndOtherSitesCannotUse()
    {
        using var answer = await stranger.GetAsync(gateway.StartAddress);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("/", answer.Headers.Location!.ToString());
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("samesite=strict", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("expires", cookie, StringComparison.OrdinalIgnoreCase);
        // The secret itself is not what the browser keeps.
        Assert.DoesNotContain(gateway.StartAddress.Query["?key=".Length..], cookie, StringComparison.Ordinal);
    }

    /// <summary>The printed address cannot name the page that was wanted.</summary>
    [Theory]
    [InlineData("/provide?part=offers", null, "/provide?part=offers")]
    [InlineData("/", "//evil.example", "/")]
    [InlineData("/", "/\\evil.example", "/")]
    [InlineData("/start", null, "/")]
    public async Task StartAddress_LeadsToThePageThatWasAskedForBefore_AndNeverElsewhere(string asked, string? forged, string led)
    {
        using var browser = new Browser(new Uri(gateway.Address, "/"));
        using var turnedAway = await browser.GetAsync(asked, "text/html");
        Assert.Equal(HttpStatusCode.Unauthorized, turnedAway.StatusCode);
        var cookie = forged is null ? null : $"marketplace-{gateway.Address.Port}-return={Uri.EscapeDataString(forged)}";

        using var started = await browser.GetAsync(gateway.StartAddress.PathAndQuery, "text/html", cookie);
        using var again = await browser.GetAsync(gateway.StartAddress.PathAndQuery, "text/html");

        Assert.Equal((HttpStatusCode.SeeOther, led), (started.StatusCode, started.Headers.Location!.OriginalString));
        Assert.Equal("/", again.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Session_OutlivesTheBrowser_OnlyWhereItsUserAskedForIt()
    {
        using var unknown = await PostAsync(stranger, "/start/stay");
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);

        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using var started = await browser.GetAsync(gateway.StartAddress);
        using var foreign = await PostAsync(browser, "/start/stay", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        using var stays = await PostAsync(browser, "/start/stay");
        Assert.Equal(HttpStatusCode.SeeOther, stays.StatusCode);
        Assert.Contains("max-age=2592000", Assert.Single(stays.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);

        using var left = await PostAsync(browser, "/start/leave");
        Assert.Equal(HttpStatusCode.SeeOther, left.StatusCode);
        using var after = await browser.GetAsync(gateway.Address);
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);

        async Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string? origin = null)
        {
            using var question = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Address, path));
            question.Headers.Add("Origin", origin ?? gateway.Address.GetLeftPart(UriPartial.Authority));
            return await client.SendAsync(question);
        }
    }

    [Theory]
    [InlineData("marketplace-{port}", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("marketplace-{port}", "")]
    [InlineData("marketplace-1", "x")]
    public async Task WrongCookie_OpensNothing(string name, string value)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, gateway.Address);
        question.Headers.Add("Cookie", $"{name.Replace("{port}", $"{gateway.Address.Port}", StringComparison.Ordinal)}={value}");

        using var answer = await stranger.SendAsync(question);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Form_WithoutItsToken_IsRefused()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await PostAsync(origin: null));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync(gateway.Address.GetLeftPart(UriPartial.Authority)));

        async Task<HttpStatusCode> PostAsync(string? origin)
        {
            using var question = new HttpRequestMessage(HttpMethod.Post, gateway.Address) { Content = new FormUrlEncodedContent([new("_handler", "x")]) };
            if (origin is not null)
                question.Headers.Add("Origin", origin);
            using var answer = await http.SendAsync(question);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Address_ThatOthersReach_IsRefused()
    {
        var options = new GatewayOptions { Listen = new IPEndPoint(IPAddress.Any, 0), Chain = new(31_337, "test", null), Vault = new MemoryVaultHome() };

        await Assert.ThrowsAsync<GatewaySettingsException>(() => GatewayHost.StartAsync(options, chain.Market, static _ => { }, CancellationToken.None));
    }
}
