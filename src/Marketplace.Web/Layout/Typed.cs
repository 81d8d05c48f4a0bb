namespace Marketplace.Web.Layout;

/// <summary>
/// A text that is typed and that a page's address says, too. It is ahead of the address, which takes a way to the browser and back: what comes back from there
/// is no news, and writes nothing over what was typed since.
/// </summary>
public sealed class Typed
{
    readonly Queue<string> underWay = [];
    string address = "";

    /// <summary>What holds now.</summary>
    public string Text { get; private set; } = "";

    /// <summary>It was typed; the address is to say it.</summary>
    public void Type(string? text)
    {
        if (Text == (text ?? ""))
            return;
        Text = text ?? "";
        underWay.Enqueue(Text);
    }

    /// <summary>The address says this. Where that was not typed here, it holds: a link, or the browser's way back.</summary>
    public void Take(string? said)
    {
        if (address == (said ?? ""))
            return;
        address = said ?? "";
        if (underWay.Contains(address))
        {
            while (underWay.Dequeue() != address)
            {
            }
        }
        else
        {
            Text = address;
            underWay.Clear();
        }
    }
}
