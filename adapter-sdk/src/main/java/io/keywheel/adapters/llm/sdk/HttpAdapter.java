package io.keywheel.adapters.llm.sdk;

import io.keywheel.adapters.llm.memory.AnswerMemory;
import io.keywheel.adapters.llm.transport.AttemptDeadline;
import io.keywheel.adapters.llm.transport.Transport;
import io.keywheel.adapters.llm.transport.TransportException;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.routing.KeySlot;
import java.time.Duration;
import java.time.InstantSource;

/// A provider over HTTP, asked as its [Format] says.
///
/// It does what each adapter must: deadlines, interrupts, connections, the proxy, bounds, `Retry-After`, and keys that
/// no message repeats.
public final class HttpAdapter implements LlmPort {

    private final ProviderSettings settings;
    private final Format format;
    private final FormatGuard guard;
    private final Transport transport;
    private final AnswerMemory memory = new AnswerMemory();

    private HttpAdapter(ProviderSettings settings, Format format, InstantSource clock) {
        this.settings = settings;
        this.format = format;
        this.guard = new FormatGuard(settings, format, clock);
        this.transport = Transport.open(settings);
    }

    /// Prepares an adapter; nothing is sent yet.
    ///
    /// @throws IllegalArgumentException for a base URL, key or option that cannot be used
    public static LlmPort open(ProviderSettings settings, Format format) {
        return open(settings, format, InstantSource.system());
    }

    static LlmPort open(ProviderSettings settings, Format format, InstantSource clock) {
        return new HttpAdapter(settings, format, clock);
    }

    @Override
    public LlmReply complete(LlmCall call) {
        var chunks = new ChunkAggregator();
        LlmReply reply = chat(call, false, chunks::add);
        return reply instanceof LlmReply.Answered(var end, var rateLimitStatus)
                ? new LlmReply.Answered(chunks.whole(end), rateLimitStatus)
                : reply;
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        return chat(call, true, sink);
    }

    private LlmReply chat(LlmCall call, boolean streamed, ChunkSink sink) {
        AttemptDeadline deadline = streamed
                ? AttemptDeadline.forStream(settings.timeouts(), call.timeLeft())
                : AttemptDeadline.forAnswer(settings.timeouts(), call.timeLeft());
        var attempt = new HttpAttempt(transport, guard, memory.share(), deadline);
        try (attempt) {
            JsonFrames frames = attempt.send(guard.request(call, streamed), streamed ? format.framing() : Framing.JSON);
            return attempt.relay(frames, format.decoder(), streamed, sink);
        } catch (TransportException | InterruptedException | RefusedException e) {
            return new LlmReply.Failed(attempt.failure(e));
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        var attempt = new HttpAttempt(
                transport, guard, memory.share(), AttemptDeadline.forList(settings.timeouts(), timeLeft));
        try (attempt) {
            return new ModelsReply.Listed(
                    attempt.models(attempt.send(format.list(settings.key(key)).to(settings.baseUrl()), Framing.JSON)));
        } catch (TransportException | InterruptedException | RefusedException e) {
            return new ModelsReply.Failed(attempt.failure(e));
        }
    }

    @Override
    public void close() {
        transport.close();
    }
}
