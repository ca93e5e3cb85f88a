package io.keywheel.adapters.llm.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.application.port.out.ApiKey;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One request of an adapter: method, path, query, headers and body.
///
/// Untrusted text, such as a model's id, is an argument of the path or a value of the query. It is escaped here, so
/// that it cannot change the request's target.
public final class HttpCall {

    static final String PRODUCT = "Keywheel/0.1.0";
    private static final byte[] NO_BODY = {};

    private final String path;
    private final StringBuilder query;
    private final SequencedMap<String, String> headers;
    private final byte @Nullable [] body;
    private @Nullable URI uri;

    private HttpCall(byte @Nullable [] body, String path, String... arguments) {
        this.path = filled(path, arguments);
        this.query = new StringBuilder();
        this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.body = body;
        header("User-Agent", PRODUCT);
        header("Accept", "application/json, application/x-ndjson, text/event-stream");
        // Without it, a server may compress its answer (RFC 9110, 12.5.3), which nothing here decompresses.
        header("Accept-Encoding", "identity");
        if (body != null) {
            header("Content-Type", "application/json");
        }
    }

    /// A GET request.
    ///
    /// @param path the path after the base URL; each `{}` stands for an argument
    public static HttpCall get(String path, String... arguments) {
        return new HttpCall(null, path, arguments);
    }

    /// A POST request with JSON.
    ///
    /// @param path the path after the base URL; each `{}` stands for an argument
    public static HttpCall post(JsonNode body, String path, String... arguments) {
        return new HttpCall(body.toString().getBytes(StandardCharsets.UTF_8), path, arguments);
    }

    private HttpCall(HttpCall prepared, byte[] body) {
        this.path = prepared.path;
        this.query = prepared.query;
        // Unmodifiable, because all copies share these headers.
        this.headers = Collections.unmodifiableSequencedMap(prepared.headers);
        this.uri = prepared.uri;
        this.body = body;
    }

    /// A template of all requests to one URL: created once, and sent [with][#with] a body each time.
    public static HttpCall prepared(URI url) {
        var call = new HttpCall(NO_BODY, url.getRawPath());
        call.uri = url;
        return call;
    }

    /// A copy with this JSON. The template and the JSON must not be changed any more.
    public HttpCall with(byte[] json) {
        return new HttpCall(this, json);
    }

    /// Adds a parameter to the query.
    ///
    /// @throws UnsupportedOperationException for a template, whose URL already has its query
    public HttpCall query(String name, String value) {
        if (uri != null) {
            throw new UnsupportedOperationException("what is prepared has its query already");
        }
        query.append(query.isEmpty() ? '?' : '&')
                .append(escaped(name))
                .append('=')
                .append(escaped(value));
        return this;
    }

    /// Sets a header, whose name is case-insensitive.
    ///
    /// @throws UnsupportedOperationException after [#with]
    public HttpCall header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /// Sets the header `Authorization: Bearer` to the key; none for a provider without keys.
    public HttpCall bearer(ApiKey key) {
        return key.reveal().isEmpty() ? this : header("Authorization", "Bearer " + key.reveal());
    }

    /// The JSON to send; null for none.
    public byte @Nullable [] body() {
        return body;
    }

    Transport.Request to(String baseUrl) {
        return new Transport.Request(uri == null ? URI.create(baseUrl + path + query) : uri, headers, body);
    }

    /// Whether the path has a segment `.` or `..`: escaping does not change these, and they change the target.
    boolean hasDotSegment() {
        return Arrays.stream(path.split("/", -1)).anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    private static String filled(String path, String... arguments) {
        var filled = new StringBuilder();
        int from = 0;
        for (String argument : arguments) {
            int placeholder = path.indexOf("{}", from);
            if (placeholder < 0) {
                throw new IllegalArgumentException("the path has no place for each argument");
            }
            filled.append(path, from, placeholder).append(escaped(argument));
            from = placeholder + 2;
        }
        if (path.indexOf("{}", from) >= 0) {
            throw new IllegalArgumentException("the path has a place without an argument");
        }
        return filled.append(path, from, path.length()).toString();
    }

    /// Escapes all but the unreserved characters of RFC 3986. The encoder is that of forms, which differ in three.
    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
    }

    /// Omits query and headers, which may contain the key, and the body, which contains the user's text.
    @Override
    public String toString() {
        return "HttpCall[" + path + "]";
    }
}
