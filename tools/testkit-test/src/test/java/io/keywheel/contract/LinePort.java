package io.keywheel.contract;

import io.keywheel.adapters.llm.sdk.HttpAdapter;
import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.contract.AdapterUnderTest.Form;
import io.keywheel.domain.chat.Chunk;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.Content;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.timing.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// A correct adapter of the SDK, and around it each fault that is not one of [LineFormat].
final class LinePort implements LlmPort {

    private final ProviderSettings settings;
    private final Mutant mutant;
    private final List<LlmPort> opened = new CopyOnWriteArrayList<>();
    private final ReentrantLock onlyOne = new ReentrantLock();
    private final LlmPort whole;
    private final LlmPort streamed;
    private volatile boolean sulking;

    LinePort(ProviderSettings settings, Mutant mutant) {
        this.settings = settings;
        this.mutant = mutant;
        this.whole = open(Form.WHOLE, settings.timeouts());
        this.streamed = open(Form.STREAM, settings.timeouts());
    }

    private LlmPort open(Form form, Timeouts timeouts) {
        Mutant fault = mutant.in(form);
        boolean forgets = fault.is("sends_the_key_of_the_call") || fault.is("lists_models_with_the_given_key");
        List<ApiKey> keys = forgets
                ? Collections.nCopies(settings.keys().size(), settings.keys().getFirst())
                : settings.keys();
        boolean hasty = fault.is("continues_a_stream_past_the_first_token_timeout");
        LlmPort port = HttpAdapter.open(
                new ProviderSettings(
                        settings.provider(),
                        fault.is("keeps_the_path_of_the_base_url")
                                ? settings.baseUrl().replaceFirst("(?<!/)/[^/].*", "")
                                : settings.baseUrl(),
                        keys,
                        hasty
                                ? new Timeouts(timeouts.connect(), timeouts.firstToken(), timeouts.firstToken())
                                : timeouts,
                        options(fault)),
                new LineFormat(fault));
        opened.add(port);
        return port;
    }

    private Map<String, String> options(Mutant fault) {
        return switch (fault.check()) {
            case "connects_through_the_configured_proxy" -> Map.of();
            case "sends_the_credentials_of_the_proxy" ->
                Map.of(
                        "proxy",
                        Objects.requireNonNull(settings.options().get("proxy")).replaceFirst(".*@", ""));
            case null, default -> settings.options();
        };
    }

    @Override
    public LlmReply complete(LlmCall call) {
        return ask(Form.WHOLE, call, _ -> {});
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        if (sulking) {
            return new LlmReply.Failed(new Failure.Unavailable("it sulks", null));
        }
        try {
            return ask(Form.STREAM, call, new LineSink(sink, settings.timeouts().idle(), mutant));
        } catch (RuntimeException e) {
            sulking = mutant.is("works_after_a_sink_exception");
            throw e;
        }
    }

    private LlmReply ask(Form form, LlmCall call, ChunkSink sink) {
        Mutant fault = mutant.in(form);
        if (fault.is("accepts_the_longest_deadline")) {
            var _ = call.timeLeft().toNanos();
        }
        if (fault.is("is_cancelled_by_an_interrupt_that_came_before")) {
            Thread.interrupted();
        }
        if (fault.isUnbounded()) {
            return swallow();
        }
        if (fault.is("sends_requests_concurrently")) {
            onlyOne.lock();
        }
        try {
            boolean late = fault.is("ends_a_call_without_time_left")
                    && !call.timeLeft().isPositive();
            LlmCall sent = late ? withTime(call, AdapterUnderTest.LONG) : call;
            LlmReply reply = fault.leavesCalls() ? leaving(form, sent, sink) : send(form, sent, sink);
            boolean again = reply instanceof LlmReply.Failed && fault.asksAgain();
            return after(again ? send(form, sent, sink) : reply, sink, fault);
        } finally {
            if (onlyOne.isHeldByCurrentThread()) {
                onlyOne.unlock();
            }
        }
    }

    private static LlmCall withTime(LlmCall call, Duration timeLeft) {
        return new LlmCall(call.target(), call.conversation(), call.sampling(), call.extras(), timeLeft, call.hops());
    }

    /// Reads all that comes, however much it is, until nothing has come for ten seconds.
    private LlmReply swallow() {
        try {
            var connection =
                    (HttpURLConnection) URI.create(settings.baseUrl()).toURL().openConnection();
            connection.setReadTimeout(10_000);
            InputStream body =
                    connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream();
            body.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            return new LlmReply.Failed(new Failure.Unavailable(e.toString(), null));
        }
        return new LlmReply.Failed(new Failure.Unavailable("no answer", null));
    }

    private LlmReply send(Form form, LlmCall call, ChunkSink sink) {
        LlmPort port = form == Form.WHOLE ? whole : streamed;
        if (mutant.in(form).reconnects()) {
            port = open(form, settings.timeouts());
        }
        return form == Form.WHOLE ? port.complete(call) : port.stream(call, sink);
    }

    /// Makes the call on another thread, which goes on when this one has left.
    private LlmReply leaving(Form form, LlmCall call, ChunkSink sink) {
        LlmPort withLongTimeouts = open(form, AdapterUnderTest.LONG_TIMEOUTS);
        var events = new LinkedBlockingQueue<Object>();
        Thread.ofVirtual()
                .start(() -> events.add(
                        form == Form.WHOLE
                                ? withLongTimeouts.complete(call)
                                : withLongTimeouts.stream(call, events::add)));
        Duration timeout = settings.timeouts().firstToken();
        try {
            while (true) {
                Object event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
                switch (event) {
                    case Chunk chunk -> {
                        sink.accept(chunk);
                        timeout = settings.timeouts().idle();
                    }
                    case LlmReply reply -> {
                        return reply;
                    }
                    case null, default -> {
                        return new LlmReply.Failed(new Failure.TimedOut("too slow"));
                    }
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new LlmReply.Failed(new Failure.Cancelled());
        }
    }

    private LlmReply after(LlmReply reply, ChunkSink sink, Mutant fault) {
        if (sink instanceof LineSink held) {
            held.end(reply);
        }
        if (fault.is("leaves_the_thread_interrupted")) {
            Thread.interrupted();
        }
        if (fault.is("leaves_the_thread_uninterrupted_after_a_timeout")) {
            Thread.currentThread().interrupt();
        }
        if (fault.is("ends_a_stream_whose_connection_stays_open")) {
            Waiting.pause(AdapterUnderTest.LONG);
        }
        return switch (reply) {
            case LlmReply.Answered(var completion, var limits)
            when fault.is("repeats_no_text_at_the_end_of_a_stream") ->
                new LlmReply.Answered(
                        Completion.of(Content.of("Hello"), completion.finishReason(), completion.usage()), limits);
            case LlmReply.Failed _
            when fault.misreadsFailures() -> new LlmReply.Failed(new Failure.EmptyReply("it said nothing"));
            case LlmReply.Failed _
            when fault.repeatsKeys() -> new LlmReply.Failed(new Failure.Unavailable("the key " + partOfTheKey(), null));
            default -> reply;
        };
    }

    private String partOfTheKey() {
        return settings.keys().getFirst().reveal().substring(0, 12);
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        if (mutant.isUnbounded()) {
            swallow();
        }
        Duration firstToken = settings.timeouts().firstToken();
        Duration timeout = switch (mutant.check()) {
            case "bounds_a_model_list_by_its_deadline" -> AdapterUnderTest.LONG;
            case "allows_a_model_list_more_time_than_a_first_token" -> firstToken;
            case null, default -> timeLeft;
        };
        return switch (whole.models(key, timeout)) {
            case ModelsReply.Failed _
            when mutant.is("ends_a_model_list_when_interrupted") || mutant.is("reports_a_refused_model_list") ->
                new ModelsReply.Listed(List.of());
            case ModelsReply.Listed _
            when mutant.is("lists_no_key_as_a_model") ->
                new ModelsReply.Listed(List.of(new ModelId(AdapterUnderTest.SECRET)));
            case ModelsReply reply -> reply;
        };
    }

    @Override
    public void close() {
        boolean stays =
                mutant.is("ends_running_calls_when_closed") || mutant.is("leaves_no_connection_open_when_closed");
        if (!stays) {
            opened.forEach(LlmPort::close);
        }
    }

    @Override
    public String toString() {
        return "LinePort[" + (mutant.is("prints_no_key") ? partOfTheKey() : "") + "]";
    }
}
