using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Marketplace.Application.Tests")]
