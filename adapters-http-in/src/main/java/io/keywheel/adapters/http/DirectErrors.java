package io.keywheel.adapters.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.connection.ClientConnections;
import io.keywheel.adapters.http.errors.ErrorFormat;
import io.keywheel.adapters.http.errors.ErrorResponse;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.json.JsonWriter;
import io.keywheel.adapters.http.server.HttpResponses;
import io.keywheel.adapters.http.server.PathRules;
import io.keywheel.adapters.http.server.RequestContext;
import io.keywheel.adapters.http.server.RequestId;
import io.keywheel.adapters.http.server.RequestRecorder;
import java.util.regex.Pattern;

/// Formats the errors that Helidon sends itself, outside all handlers, like all other errors.
record DirectErrors(RequestRecorder requestRecorder, PathRules pathRules) {

    /// The limit of a request line, in bytes.
    static final int LONGEST_LINE = 4096;

    /// The limit of all header names and values together, in bytes. Beyond it, Helidon's message is [#TOO_LARGE].
    static final int MOST_HEADER_BYTES = 16 << 10;

    private static final String TOO_LARGE = "Header size exceeded";

    /// Helidon recognizes HTTP/1.0. For any other version, `protocolVersion` is the whole request line.
    private static final Pattern OTHER_VERSION = Pattern.compile("\\S+ \\S+ HTTP/(?!1\\.1)[0-9](\\.[0-9])?/?");

    private static final Pattern METHOD = Pattern.compile("[A-Z-]{1,20}");

    DirectHandlers handlers() {
        var handlers = DirectHandlers.builder();
        for (DirectHandler.EventType event : DirectHandler.EventType.values()) {
            handlers.addHandler(event, this::answer);
        }
        return handlers.build();
    }

    private DirectHandler.TransportResponse answer(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType event,
            Status status,
            ServerResponseHeaders headers,
            String message) {
        String id = RequestId.in(request.headers());
        String[] firstLine = firstLine(request, status).split(" ", 3);
        // An invalid method may be the unread rest of the previous body, which must not be logged.
        String method = METHOD.matcher(firstLine[0]).matches() ? firstLine[0] : "";
        String path = method.isEmpty() || firstLine.length == 1 ? "" : pathOf(firstLine[1]);
        ErrorFormat format = pathRules.formats().apply(path, request.headers());
        ErrorResponse error = format.of(of(specificStatus(status.code(), request, message)), null);
        var requestContext = new RequestContext(id, method, path, pathRules.apiOf(path));
        requestContext.failed(error);
        requestRecorder.end(requestContext);
        HttpResponses.setCommonHeaders(headers, id, format);
        HttpResponses.setDate(headers, requestRecorder.clock().instant());
        headers.set(HeaderValues.CONTENT_TYPE_JSON);
        return DirectHandler.TransportResponse.builder()
                .status(HttpResponses.status(error.status()))
                .headers(headers)
                .keepAlive(false)
                .entity(JsonWriter.bytes(format.body(error, id)))
                .build();
    }

    /// Method and target. Helidon names neither if the line is too long, or for an error amid the headers.
    private static String firstLine(DirectHandler.TransportRequest request, Status status) {
        if (!request.method().isEmpty()) {
            return request.method() + " " + request.path();
        }
        return status.equals(Status.REQUEST_URI_TOO_LONG_414)
                ? ClientConnection.startOfFirstLine(LONGEST_LINE)
                : ClientConnection.firstLine();
    }

    /// The path without its query. A target that is not a path may contain a user and a password.
    private static String pathOf(String target) {
        return target.startsWith("/") ? target.split("[?#]", 2)[0] : "";
    }

    private static int specificStatus(int status, DirectHandler.TransportRequest request, String message) {
        if (status == 500 && ClientConnection.isAtFirstLine()) {
            // Helidon reports 500 if it cannot parse the request line, as with a control character in the method.
            return 400;
        }
        if (status != 400) {
            return status;
        }
        if (TOO_LARGE.equals(message)) {
            return 431;
        }
        if (OTHER_VERSION.matcher(request.protocolVersion()).matches()) {
            return 505;
        }
        return request.headers().contains(HeaderNames.CONTENT_ENCODING) ? 415 : 400;
    }

    /// The error for Helidon's status, with the gateway's message: Helidon's may repeat client input.
    static ErrorResponse of(int status) {
        return switch (status) {
            case 400 -> new ErrorResponse(400, "invalid_request", "the request is not valid HTTP");
            case 408 -> new ErrorResponse(408, "request_timeout", "the request did not arrive in time");
            case 414 ->
                new ErrorResponse(
                        414, "uri_too_long", "the first line must be shorter than " + LONGEST_LINE + " bytes");
            case 415 ->
                new ErrorResponse(415, "unsupported_media_type", "bodies with a Content-Encoding are not accepted");
            case 505 ->
                new ErrorResponse(
                        505,
                        "http_version_not_supported",
                        "the gateway speaks HTTP/1.1; a proxy in front can speak other versions");
            case 431 ->
                new ErrorResponse(
                        431,
                        "headers_too_large",
                        "the headers must take less than " + MOST_HEADER_BYTES + " bytes together, and be at most "
                                + ClientConnections.MOST_HEADERS);

            default -> new ErrorResponse(status, HttpError.INTERNAL.label(), "something went wrong in the gateway");
        };
    }
}
