package io.keywheel.adapters.http.http2;

import io.keywheel.adapters.http.hpack.FieldDecoder.Field;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The head of a request, turned into one of HTTP/1.1. It lets through only what means the same in both.
final class RequestHead implements Consumer<Field> {

    /// Far more than is answered: what is only too large shall be told so by HTTP/1.1.
    private static final int MOST_BYTES = 64 * 1024;

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]+");
    private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":path", ":authority");

    /// They are about one connection, and HTTP/2 has other means for it.
    private static final Set<String> OF_CONNECTIONS =
            Set.of("connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade", "http2-settings");

    private static final long UNKNOWN = -1;

    private final Map<String, String> pseudo = new HashMap<>();
    private final Set<String> hosts = new HashSet<>();
    private final StringBuilder fields = new StringBuilder();
    private @Nullable String authorization;
    private long length = UNKNOWN;
    private int size;
    private boolean isAfterPseudo;
    private @Nullable String wrong;

    /// What is wrong is told by [#request]: the fields after it must be unpacked, too.
    @Override
    public void accept(Field field) {
        size += field.size();
        if (size > MOST_BYTES || wrong != null) {
            return;
        }
        if (field.name().startsWith(":")) {
            takePseudo(field);
        } else {
            isAfterPseudo = true;
            take(field.name(), field.value());
        }
    }

    private void takePseudo(Field field) {
        if (isAfterPseudo || !PSEUDO.contains(field.name())) {
            wrong = "a field of HTTP/2 that does not belong there";
        } else if (!VISIBLE.matcher(field.value()).matches()) {
            wrong = "a field of HTTP/2 with an odd value";
        } else if (pseudo.put(field.name(), field.value()) != null) {
            wrong = "a field of HTTP/2 twice";
        }
    }

    private void take(String name, String value) {
        if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches() || !value.equals(value.strip())) {
            wrong = "a field that is none";
        } else if (OF_CONNECTIONS.contains(name) || (name.equals("te") && !value.equals("trailers"))) {
            wrong = "a field about one connection";
        } else if (name.equals("content-length")) {
            takeLength(value);
        } else if (name.equals("host")) {
            hosts.add(value);
        } else if (!name.equals("te")) {
            if (name.equals("authorization") && authorization == null) {
                authorization = value;
            }
            fields.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /// As the client shows it, the first if there are several; empty for none.
    String authorization() {
        return authorization == null ? "" : authorization;
    }

    private void takeLength(String value) {
        if (length != UNKNOWN || !LENGTH.matcher(value).matches()) {
            wrong = "not one length";
        } else {
            length = Long.parseLong(value);
        }
    }

    /// The same over HTTP/1.1.
    ///
    /// @param ends whether there is no body
    /// @throws BrokenStreamException if there is no such request
    Request request(boolean ends) {
        String authority = pseudo.get(":authority");
        if (authority != null) {
            hosts.add(authority);
        }
        check(ends);
        String method = pseudo.getOrDefault(":method", "");
        var head = new StringBuilder(method + " " + pseudo.get(":path") + " HTTP/1.1\r\n");
        hosts.forEach(host -> head.append("host: ").append(host).append("\r\n"));
        head.append(fields);
        if (length != UNKNOWN) {
            head.append("content-length: ").append(length).append("\r\n");
        } else if (!ends) {
            head.append("transfer-encoding: chunked\r\n");
        }
        head.append("connection: close\r\n\r\n");
        return new Request(
                method,
                head.toString(),
                length == UNKNOWN ? new RequestBody.Chunks() : new RequestBody.Counted(length));
    }

    /// @throws BrokenStreamException if these are no fields that may follow a body; what they say is of no use
    ///     here
    void mustBeTrailers(boolean ends) {
        if (!ends || wrong != null || !pseudo.isEmpty()) {
            throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, "not the end of a body");
        }
    }

    private void check(boolean ends) {
        if (size > MOST_BYTES) {
            throw new BrokenStreamException(ErrorCode.ENHANCE_YOUR_CALM, "a head that is too large");
        }
        if (wrong == null) {
            wrong = whatIsWrong(ends);
        }
        if (wrong != null) {
            throw new BrokenStreamException(ErrorCode.PROTOCOL_ERROR, wrong);
        }
    }

    private @Nullable String whatIsWrong(boolean ends) {
        if (!TOKEN.matcher(pseudo.getOrDefault(":method", "")).matches()
                || !pseudo.containsKey(":path")
                || !pseudo.getOrDefault(":scheme", "").equals("https")) {
            return "not a request for a path over https";
        }
        if (hosts.size() > 1) {
            return "more than one host";
        }
        return ends && length > 0 ? "a length without a body" : null;
    }

    /// @param head as it stands in HTTP/1.1
    record Request(String method, String head, RequestBody body) {}
}
