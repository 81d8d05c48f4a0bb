using System.CommandLine;
using System.Net;
using Marketplace.Cli.Commands;
using Marketplace.Cli.Home;
using Marketplace.Cli.Terminal;
using Marketplace.Gateway.Hosting;
using Marketplace.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Marketplace.Cli.Gateway;

/// <summary>The options by which a gateway is reached from elsewhere.</summary>
internal static class RemoteOptions
{
    /// <summary>The environment variable that may hold the gateway's password.</summary>
    const string Variable = "MARKETPLACE_GATEWAY_PASSWORD";

    public static Option<string?> Certificate { get; } = new("--certificate") { Description = "To be reached from elsewhere: the TLS certificate (PEM), with those that lead to its authority; taken anew when it is renewed.", HelpName = "FILE" };

    public static Option<string?> Key { get; } = new("--key") { Description = "The certificate's private key (PEM, mode 600).", HelpName = "FILE" };

    public static Option<string?> PasswordFile { get; } = new("--password-file")
    {
        Description = $"A file whose first line is the password that browsers have to show (default: ${Variable}, else a prompt); at least {GatewayPassword.ShortestLength} characters.", HelpName = "FILE",
    };

    public static Option<string[]> Name { get; } = new("--name")
    {
        Description = "A name that it is reached under, such as storage.example.org or storage.example.org:443 behind a router (default: the certificate's names). Repeatable.", HelpName = "HOST",
    };

    /// <summary>How it is reached from elsewhere; null for a gateway that only this machine reaches. The certificate in it is the caller's.</summary>
    /// <param name="context">The command line.</param>
    /// <param name="listen">Where it listens.</param>
    /// <exception cref="CommandRefusal">Something is missing, or cannot be used.</exception>
    public static RemoteAccess? Read(CommandContext context, IPEndPoint listen)
    {
        var (certificateFile, keyFile) = (context.Get(Certificate), context.Get(Key));
        if (certificateFile is null && keyFile is null)
        {
            // Who asks for a password is not to be left without one.
            if (context.Get(PasswordFile) is not null || context.Get(Name) is { Length: > 0 })
                throw new CommandRefusal("certificate-missing", "--password-file and --name are for a gateway that is reached from elsewhere: that needs --certificate and --key, too.");
            return IPAddress.IsLoopback(listen.Address) ? null : throw new CommandRefusal(
                "listen-not-loopback",
                $"Others can reach {listen.Address}, and the gateway opens your vault to whoever uses it: that needs --certificate and --key, and a password. Give them, or use 127.0.0.1.");
        }
        if (certificateFile is null || keyFile is null)
            throw new CommandRefusal("certificate-incomplete", "--certificate and --key belong together.");
        try
        {
            var certificate = RenewableCertificate.Open(certificateFile, keyFile, context.Time);
            return new RemoteAccess(certificate, NamesOf(context, certificate), ReadPassword(context));
        }
        catch (ServerCertificateException unusable)
        {
            throw new CommandRefusal("certificate-invalid", unusable.Message);
        }
    }

    static IReadOnlyList<HostString> NamesOf(CommandContext context, RenewableCertificate certificate)
    {
        HostString[] named = [.. (context.Get(Name) ?? []).Select(ParseName)];
        var names = named.Length > 0 ? named : certificate.Names;
        return names.Count > 0 ? names
            : throw new CommandRefusal("name-missing", "The certificate names no host that the gateway could be reached under; say one with --name.");
    }

    static HostString ParseName(string text) =>
        Uri.TryCreate($"https://{text}/", UriKind.Absolute, out var address) && address.PathAndQuery == "/" && address.UserInfo.Length == 0 && !text.Contains('/', StringComparison.Ordinal)
            ? new HostString(text) : throw new CommandRefusal("name-invalid", $"--name is a host, with a port or without one, such as storage.example.org; not {Printable.Escape(text, 80)}.");

    static GatewayPassword ReadPassword(CommandContext context)
    {
        var text = new Passphrases(context.Get(PasswordFile), Variable, "--password-file").Existing("the gateway, which browsers have to show");
        try
        {
            return new GatewayPassword(text, SessionFile.SaltIn(new ConsumerHome(context.Home).SessionFile));
        }
        catch (GatewayPasswordException unusable)
        {
            throw new CommandRefusal("password-too-short", unusable.Message);
        }
    }
}
