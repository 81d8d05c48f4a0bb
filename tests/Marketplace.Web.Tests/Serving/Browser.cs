using System.Net;
using System.Net.WebSockets;
using System.Text.RegularExpressions;

namespace Marketplace.Web.Tests.Serving;

/// <summary>What a browser sends, without one: cookies, a host, an origin. It takes any certificate.</summary>
sealed class Browser : IDisposable
{
    readonly CookieContainer cookies = new();
    readonly HttpClient http;
    readonly Uri address;

    public Browser(Uri address)
    {
        this.address = address;
        http = new HttpClient(new HttpClientHandler
        {
            AllowAutoRedirect = false, CookieContainer = cookies, ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        });
    }

    public Task<HttpResponseMessage> GetAsync(string path, string accept, string? cookie = null, string? host = null)
    {
        var question = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path));
        question.Headers.Add("Accept", accept);
        question.Headers.Host = host;
        if (cookie is not null)
            question.Headers.Add("Cookie", cookie);
        return http.SendAsync(question);
    }

    public Task<HttpResponseMessage> PostAsync(string path, IEnumerable<KeyValuePair<string, string>> form, string? origin = null)
    {
        var question = new HttpRequestMessage(HttpMethod.Post, new Uri(address, path)) { Content = new FormUrlEncodedContent(form) };
        // What is refused by its length is refused before it is sent.
        question.Headers.ExpectContinue = true;
        question.Headers.Add("Origin", origin ?? address.GetLeftPart(UriPartial.Authority));
        return http.SendAsync(question);
    }

    /// <summary>The form's own token.</summary>
    public async Task<KeyValuePair<string, string>> ReadFormAsync()
    {
        using var page = await GetAsync("/sign-in", "text/html");
        var token = Regex.Match(await page.Content.ReadAsStringAsync(), "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]+)\">");
        Assert.True(token.Success);
        return new(token.Groups[1].Value, token.Groups[2].Value);
    }

    public async Task<HttpResponseMessage> SignInAsync(string password, bool stay = false, string query = "")
    {
        List<KeyValuePair<string, string>> form = [await ReadFormAsync(), new("password", password)];
        if (stay)
            form.Add(new("stay", "on"));
        return await PostAsync("/sign-in" + query, form);
    }

    /// <summary>The live connection of a page.</summary>
    public async Task<ClientWebSocket> ConnectAsync(bool withCookies)
    {
        var socket = new ClientWebSocket();
        socket.Options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        socket.Options.SetRequestHeader("Origin", address.GetLeftPart(UriPartial.Authority));
        if (withCookies)
            socket.Options.Cookies = cookies;
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "wss", Path = "/_blazor" }.Uri, CancellationToken.None);
        return socket;
    }

    public void Dispose() => http.Dispose();
}
