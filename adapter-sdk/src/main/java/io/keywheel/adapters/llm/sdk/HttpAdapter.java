package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.redaction.SecretRedactor;
import io.keywheel.adapters.llm.transport.AnswerMemory;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.FailureException;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.util.TreeMap;

/// An adapter for a provider over HTTP, whose [Format] or [Protocol] describes requests and answers.
///
/// Handles the concerns of all adapters: deadlines, interrupts, connections, the proxy, bounds, `Retry-After`, and
/// the masking of keys in messages.
public final class HttpAdapter implements LlmPort {

    private final ProviderSettings settings;
    final Protocol protocol;
    final SecretRedactor secretRedactor;
    final Transport transport;
    final AnswerMemory memory = new AnswerMemory();

    private HttpAdapter(ProviderSettings settings, Protocol protocol, SecretRedactor secretRedactor) {
        this.settings = settings;
        this.protocol = protocol;
        this.secretRedactor = secretRedactor;
        this.transport = Transport.open(settings);
    }

    /// Opens an adapter, which sends nothing yet.
    ///
    /// @throws IllegalArgumentException for an invalid base URL, key or option
    public static LlmPort open(ProviderSettings settings, Format format) {
        var secretRedactor = new SecretRedactor(settings.keys());
        return open(settings, new FormatProtocol(settings, format, secretRedactor), secretRedactor);
    }

    /// Opens an adapter for a protocol that reads bytes.
    ///
    /// @param secretRedactor masks all keys of `settings`
    public static LlmPort open(ProviderSettings settings, Protocol protocol, SecretRedactor secretRedactor) {
        return new HttpAdapter(settings, protocol, secretRedactor);
    }

    @Override
    public LlmReply complete(LlmCall call) {
        AttemptDeadline deadline = AttemptDeadline.forAnswer(settings.timeouts(), call.timeLeft());
        try (HttpAttempt attempt = send(protocol.chat(call, false), call.hops(), deadline)) {
            return attempt.complete();
        } catch (TransportException | InterruptedException | FailureException e) {
            return new LlmReply.Failed(failure(e, deadline));
        }
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        AttemptDeadline deadline = AttemptDeadline.forStream(settings.timeouts(), call.timeLeft());
        Integer choices = call.sampling().choices();
        try (HttpAttempt attempt = send(protocol.chat(call, true), call.hops(), deadline)) {
            return attempt.stream(sink, choices == null ? 1 : choices);
        } catch (TransportException | InterruptedException | FailureException e) {
            return new LlmReply.Failed(failure(e, deadline));
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        AttemptDeadline deadline = AttemptDeadline.forList(settings.timeouts(), timeLeft);
        try (HttpAttempt attempt = send(protocol.list(key), 0, deadline)) {
            return new ModelsReply.Listed(attempt.models());
        } catch (TransportException | InterruptedException | FailureException e) {
            return new ModelsReply.Failed(failure(e, deadline));
        }
    }

    @Override
    public boolean countsCachedTokens() {
        return protocol.countsCachedTokens();
    }

    /// @param hops how many gateways the request has passed before this one: `User-Agent` names each of them, too
    private HttpAttempt send(HttpCall call, int hops, AttemptDeadline deadline)
            throws TransportException, InterruptedException, FailureException {
        Transport.Request request = call.to(settings.baseUrl());
        if (hops > 0) {
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            headers.putAll(request.headers());
            headers.merge("User-Agent", (" " + HttpCall.PRODUCT).repeat(hops), String::concat);
            request = new Transport.Request(request.uri(), headers, request.body());
        }
        return HttpAttempt.send(this, request, deadline);
    }

    private static Failure failure(Exception e, AttemptDeadline deadline) {
        return switch (e) {
            case FailureException failed -> failed.failure();
            case TransportException broken -> broken.failure(deadline);
            default -> {
                Thread.currentThread().interrupt();
                yield new Failure.Cancelled();
            }
        };
    }

    @Override
    public void close() {
        transport.close();
    }
}
