package io.keywheel.adapters.http.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.buffers.DataReader.IncorrectNewLineException;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.keywheel.adapters.http.connection.ClientConnection;
import io.keywheel.adapters.http.errors.HttpError;
import io.keywheel.adapters.http.errors.RefusedException;
import io.keywheel.adapters.http.request.StrictJson;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Reads a request body of at most `maxBytes`.
public record BodyReader(int maxBytes) {

    /// JSON in UTF-8, which many clients call `utf8`. RFC 9110 allows other parameters, also empty ones.
    private static final Pattern JSON = Pattern.compile(
            "application/json(?:\\s*+;\\s*+(?:charset=\\s*+(?:utf-?8|\"utf-?8\")|(?!charset=)[^;=]++=[^;]*+)?+)*+\\s*",
            Pattern.CASE_INSENSITIVE);

    /// @throws RefusedException if the body is too large, has another content type, or is not a JSON object
    public ObjectNode json(ServerRequest request) {
        requireJson(request);
        return StrictJson.object(bytes(request));
    }

    /// Reads a body without content: an empty one, or an object without fields.
    ///
    /// @throws RefusedException if the body has another content type, or fields
    public void requireNoFields(ServerRequest request) {
        requireJson(request);
        byte[] bytes = request.content().hasEntity() ? bytes(request) : new byte[0];
        if (bytes.length > 0 && !StrictJson.object(bytes).isEmpty()) {
            throw new RefusedException(HttpError.INVALID_REQUEST, "the body must have no fields here");
        }
    }

    private static void requireJson(ServerRequest request) {
        if (!JSON.matcher(request.headers().first(HeaderNames.CONTENT_TYPE).orElse(""))
                .matches()) {
            throw new RefusedException(
                    HttpError.UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json, in UTF-8");
        }
    }

    private byte[] bytes(ServerRequest request) {
        OptionalLong known = request.headers().contentLength();
        long contentLength = known.orElse(maxBytes);
        if (contentLength > maxBytes) {
            throw tooLarge();
        }
        ClientConnection.current().expectWholeBody(known.orElse(0));
        try {
            // Reading one more byte reaches the end of the body, or shows that it is too large.
            byte[] bytes = RequestContext.current().body(request).readNBytes((int) contentLength + 1);
            if (bytes.length > maxBytes) {
                throw tooLarge();
            }
            ClientConnection.current().becomeBusy();
            return bytes;
        } catch (RefusedException e) {
            // The connection knows only the limit with the framing.
            throw e.httpError() == HttpError.BODY_TOO_LARGE ? tooLarge() : e;
        } catch (IncorrectNewLineException | RequestException | NumberFormatException _) {
            throw RefusedException.malformedBody();
        } catch (IOException e) {
            throw new ServerConnectionException("the body broke off", e);
        }
    }

    private RefusedException tooLarge() {
        return new RefusedException(
                HttpError.BODY_TOO_LARGE, "the body is larger than " + maxBytes + " bytes (KEYWHEEL_MAX_BODY)");
    }
}
