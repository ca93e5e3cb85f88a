package io.keywheel.adapters.llm.transport;

import io.keywheel.adapters.llm.transport.AnswerMemory.Share;
import io.keywheel.application.port.out.ProviderSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 to one provider, over connections of its own.
///
/// At an `https` URL, the server must prove its host name. A transport follows no redirects and requests no
/// compression. It repeats a request only if an idle connection turned out to be closed before the first byte of an
/// answer.
public interface Transport extends AutoCloseable {

    /// The most repeats of a request after idle connections that had been closed.
    int MOST_REPEATS = 2;

    /// If a reused connection fails within this time, it counts as closed before the request. Later, the server may
    /// have worked on the request.
    Duration STALE_WITHIN = Duration.ofSeconds(1);

    /// Sends `request` and waits for the head of its final answer. The caller closes the response.
    ///
    /// @throws TransportException if the connection fails, or the deadline passes, before that head has arrived
    /// @throws InterruptedException if the thread is interrupted, which ends the exchange
    Response send(Request request, AttemptDeadline attemptDeadline) throws TransportException, InterruptedException;

    /// Closes all connections, idle or not.
    @Override
    void close();

    /// @param body null for a GET, else the JSON to POST
    record Request(URI uri, SequencedMap<String, String> headers, byte @Nullable [] body) {

        /// Omits headers and query, which may contain the key, and the body, which contains the user's text.
        @Override
        public String toString() {
            return "Request[" + uri.getPath() + "]";
        }
    }

    /// An answer whose head has arrived.
    record Response(int status, Headers headers, Body body) implements AutoCloseable {

        public boolean successful() {
            return status >= 200 && status < 300;
        }

        /// Ends the exchange, and closes its connection if the body was not read to its end.
        @Override
        public void close() {
            body.close();
        }
    }

    /// The rest of an answer, read piece by piece on one thread.
    interface Body extends AutoCloseable {

        /// After so many bytes, no more of an error is read. That is more than any seen from a provider.
        int LARGEST_ERROR = 64 << 10;

        /// The next bytes, at least one, or null at the end.
        byte @Nullable [] next(AttemptDeadline attemptDeadline) throws TransportException, InterruptedException;

        /// Whether all bytes have been read and the end has arrived, even if [#next] has not returned it yet.
        boolean hasEnded();

        /// Reads the whole body into memory.
        ///
        /// @param share counts its bytes
        /// @throws TransportException also if there are more than `most` bytes, or `share` has no room for them
        default byte[] whole(AttemptDeadline attemptDeadline, int most, Share share)
                throws TransportException, InterruptedException {
            var bytes = new ByteArrayOutputStream();
            for (byte[] next = next(attemptDeadline); next != null; next = next(attemptDeadline)) {
                if (bytes.size() + next.length > most) {
                    throw TransportException.broken("the answer is larger than " + (most >> 20) + " MiB", null);
                }
                if (!share.hold(bytes.size() + (long) next.length)) {
                    throw TransportException.memoryExhausted();
                }
                bytes.writeBytes(next);
            }
            return bytes.toByteArray();
        }

        /// Reads an error, or the rest after a stream's last event, until the body's end, [#LARGEST_ERROR], or a
        /// failure: the status alone is enough to classify an error.
        default byte[] beginning(AttemptDeadline attemptDeadline) throws InterruptedException {
            var bytes = new ByteArrayOutputStream();
            try {
                for (byte[] next = next(attemptDeadline);
                        next != null && bytes.size() < LARGEST_ERROR;
                        next = next(attemptDeadline)) {
                    bytes.writeBytes(next);
                }
            } catch (TransportException _) {
                return bytes.toByteArray();
            }
            return bytes.toByteArray();
        }

        @Override
        void close();
    }

    /// Opens the client that the option `transport` names, over the proxy that `proxy` names.
    ///
    /// @throws IllegalArgumentException for an invalid base URL, key or option
    static Transport open(ProviderSettings settings) {
        checkKeys(settings);
        URI baseUrl = URI.create(settings.baseUrl());
        if (baseUrl.getHost() == null || !List.of("http", "https").contains(baseUrl.getScheme())) {
            throw new IllegalArgumentException("the base URL of " + settings.provider() + " is no http or https URL");
        }
        String name = settings.options().getOrDefault("transport", "jdk");
        Duration connectTimeout = settings.timeouts().connect();
        String address = settings.options().get("proxy");
        HttpProxy proxy = address == null ? null : HttpProxy.of(address);
        return switch (name) {
            case "jdk" -> new JdkTransport(connectTimeout, proxy, JdkTransport.TIMEOUT_ENDS_AT_HEAD);
            case "helidon" -> new HelidonTransport(connectTimeout, proxy);
            default -> throw new IllegalArgumentException("there is no transport '" + name + "': it is jdk or helidon");
        };
    }

    /// Checked here, because the exception of an HTTP client would contain the key.
    private static void checkKeys(ProviderSettings settings) {
        for (int i = 0; i < settings.keys().size(); i++) {
            if (!settings.keys().get(i).reveal().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "key " + (i + 1) + " of " + settings.provider() + " has characters that no key can have");
            }
        }
    }
}
