using System.Runtime.CompilerServices;

// Over the network in memory of the former.
[assembly: InternalsVisibleTo("Marketplace.Application.Tests")]
[assembly: InternalsVisibleTo("Marketplace.Client.Tests")]
