package io.keywheel.adapters.http.status;

import static java.util.Objects.requireNonNull;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.keywheel.adapters.http.server.HttpResponses;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// `GET /console`: a file of the console page. It contains no secret, and is the same for all users.
public final class ConsoleAsset {

    /// The path of the page; its files are below it.
    public static final String PAGE = "/console";

    /// Files in folders come from WebJars, which the build unpacks.
    private static final List<ConsoleAsset> ALL =
            Stream.of("""
            console.html console.css tables.css console.js answer.js api.js banner.js chat.js choices.js clipboard.js \
            clock.js combobox.js curl.js dom.js failures.js feed.js keys.js limits.js markdown.js plots.js refresh.js \
            request.js requests.js ring.js shapes.js stacks.js usage.js summary.js icon.svg \
            marked/marked.esm.js dompurify/purify.min.js uplot/uPlot.iife.min.js uplot/uPlot.min.css""".split(" ")).map(ConsoleAsset::new).toList();

    /// Only the gateway's files may load, and no inline code may run. Markup that got into the page from an answer
    /// or a name could run nothing and send nothing away. Only DOMPurify may parse text as markup.
    private static final List<Header> HEADERS = List.of(
            HeaderValues.create(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
                            + " require-trusted-types-for 'script'; trusted-types dompurify"),
            HeaderValues.create("Referrer-Policy", "no-referrer"),
            HeaderValues.create("Cross-Origin-Opener-Policy", "same-origin"),
            HeaderValues.create("Cross-Origin-Resource-Policy", "same-origin"),
            // Cached, and revalidated each time: after an update no browser mixes old files with new ones.
            HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-cache"));

    private final String name;
    private final byte[] content;
    private final String tag;

    private ConsoleAsset(String name) {
        this.name = name;
        this.content = resource("console/" + name);
        this.tag = '"' + HexFormat.of().toHexDigits(Arrays.hashCode(content)) + '"';
    }

    public static List<ConsoleAsset> all() {
        return ALL;
    }

    public String path() {
        return name.endsWith(".html") ? PAGE : PAGE + "/" + name.substring(name.lastIndexOf('/') + 1);
    }

    public void send(ServerRequest request, ServerResponse response) {
        HEADERS.forEach(response::header);
        response.header(HeaderNames.ETAG, tag);
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(known -> known.contains(tag))
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, type());
        HttpResponses.send(request, response, content);
    }

    private String type() {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html; charset=utf-8";
            case ".css" -> "text/css; charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> "text/javascript; charset=utf-8";
        };
    }

    /// The content of a file beside this class.
    static byte[] resource(String name) {
        try (InputStream file = requireNonNull(ConsoleAsset.class.getResourceAsStream(name), name)) {
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }
}
