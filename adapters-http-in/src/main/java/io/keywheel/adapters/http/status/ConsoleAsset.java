package io.keywheel.adapters.http.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/// A file of the console. It holds no secret, and is the same for everybody.
public final class ConsoleAsset {

    /// Where the page is; its files lie below.
    public static final String PAGE = "/console";

    /// Those in folders are from WebJars, unpacked by the build.
    private static final List<ConsoleAsset> ALL =
            Stream.of("""
            console.html console.css tables.css console.js answer.js api.js banner.js chat.js choices.js clipboard.js \
            clock.js combobox.js curl.js dom.js failures.js feed.js keys.js limits.js markdown.js plots.js refresh.js \
            request.js requests.js ring.js shapes.js stacks.js usage.js summary.js icon.svg \
            marked/marked.esm.js dompurify/purify.min.js uplot/uPlot.iife.min.js uplot/uPlot.min.css""".split(" ")).map(ConsoleAsset::new).toList();

    private final String name;
    private final byte[] content;
    private final String tag;

    private ConsoleAsset(String name) {
        this.name = name;
        this.content = read(name);
        this.tag = '"' + sum(content) + '"';
    }

    /// The page, and everything that it loads.
    public static List<ConsoleAsset> all() {
        return ALL;
    }

    /// As it stands in the request line.
    public String path() {
        return name.endsWith(".html") ? PAGE : PAGE + "/" + name.substring(name.lastIndexOf('/') + 1);
    }

    /// For `Content-Type`.
    public String type() {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html; charset=utf-8";
            case ".css" -> "text/css; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }

    public byte[] content() {
        return content.clone();
    }

    /// For `ETag`: another one when the content is another.
    public String tag() {
        return tag;
    }

    private static byte[] read(String name) {
        try (InputStream file = ConsoleAsset.class.getResourceAsStream("console/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the console lacks " + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the console's " + name + " cannot be read", e);
        }
    }

    /// Quick, for it is made of each file at each start.
    private static String sum(byte[] content) {
        var sum = new CRC32C();
        sum.update(content);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
