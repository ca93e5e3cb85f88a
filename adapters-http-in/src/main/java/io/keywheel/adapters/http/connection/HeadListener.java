package io.keywheel.adapters.http.connection;

import io.helidon.http.BadRequestException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/// Starts the body timeout after a head, and refuses heads that other servers could parse differently than Helidon.
public final class HeadListener implements Http1ConnectionListener {

    /// The target must be a path, because the gateway is not a proxy, or `*`.
    @Override
    public void prologue(ConnectionContext context, HttpPrologue prologue) {
        ClientConnection.current().firstLineRead(prologue);
        String target = prologue.uriPath().rawPath();
        boolean isPath = target.startsWith("/") || target.equals("*");
        if (!isPath || prologue.method().text().isEmpty() || prologue.fragment().hasValue()) {
            throw new BadRequestException("the target is not a path, or has a fragment, or there is no method");
        }
    }

    @Override
    public void headers(ConnectionContext context, Headers headers) {
        ClientConnection.current().headRead();
        if (headers instanceof WritableHeaders<?> writable) {
            // Helidon would send trailers even after a body with a length, where the next response begins.
            writable.remove(HeaderNames.TE);
        }
        for (Header header : headers) {
            if (header.name().isEmpty()) {
                throw new BadRequestException("a header has no name");
            }
        }
        if (headers.contains(HeaderNames.TRANSFER_ENCODING)
                && !headers.get(HeaderNames.TRANSFER_ENCODING).get().equalsIgnoreCase("chunked")) {
            throw new BadRequestException("only chunked is known");
        }
    }
}
