using Marketplace.Provider.Tests.Persistence;

// The test assembly is also the child process of the crash tests, so that they need no second project.
return args is ["crash-writer", var directory] ? await CrashWriter.RunAsync(directory) : 2;
