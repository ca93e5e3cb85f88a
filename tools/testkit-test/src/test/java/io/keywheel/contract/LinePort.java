package io.keywheel.contract;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.contract.AdapterUnderTest.Form;
import io.keywheel.domain.chat.ChunkSink;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.KeySlot;
import io.keywheel.domain.routing.ModelId;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// The adapter of an invented provider, correct except for its mutation.
final class LinePort implements LlmPort {

    /// One for all clients: threads of its own for each of thousands would cost more than what they do.
    private static final Executor HANDS = Executors.newVirtualThreadPerTaskExecutor();

    private final ProviderSettings settings;
    private final Mutant mutant;
    private final Set<LineTalk> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock onlyOne = new ReentrantLock();
    private final List<HttpClient> clients = new CopyOnWriteArrayList<>();
    private volatile boolean sulking;

    LinePort(ProviderSettings settings, Mutant mutant) {
        this.settings = settings;
        this.mutant = mutant;
        clients.add(client());
    }

    private HttpClient client() {
        String proxy = settings.options().get("proxy");
        return HttpClient.newBuilder()
                .proxy(
                        proxy == null || mutant.is("connects_through_the_configured_proxy")
                                ? HttpClient.Builder.NO_PROXY
                                : ProxySelector.of(address(proxy)))
                .executor(HANDS)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeouts().connect())
                .followRedirects(
                        mutant.is("follows_no_redirect") ? HttpClient.Redirect.ALWAYS : HttpClient.Redirect.NEVER)
                .build();
    }

    private static InetSocketAddress address(String proxy) {
        String[] parts = proxy.split(":", 2);
        return InetSocketAddress.createUnresolved(parts[0], Integer.parseInt(parts[1]));
    }

    @Override
    public LlmReply complete(LlmCall call) {
        var words = new LineAnswer(mutant);
        LlmReply reply = ask(call, false, words::take);
        return reply instanceof LlmReply.Answered
                ? after(words.whole(), "reuses_the_connection_after_an_answer")
                : after(misread(reply), "reuses_the_connection_after_a_refusal");
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        if (sulking) {
            return new LlmReply.Failed(new Failure.Unavailable("it sulks", null));
        }
        var pieces = new LinePieces(sink, mutant);
        try {
            LlmReply reply = ask(call, true, pieces::take);
            return reply instanceof LlmReply.Answered
                    ? after(pieces.end(), "reuses_the_connection_after_a_stream")
                    : pieces.brokenOff(misread(reply));
        } catch (RuntimeException e) {
            sulking = mutant.is("works_after_a_sink_exception");
            throw mutant.is("rethrows_an_exception_of_the_sink") ? new IllegalStateException(e) : e;
        } catch (StackOverflowError e) {
            throw mutant.is("rethrows_an_error_of_the_sink") ? new AssertionError(e) : e;
        }
    }

    private LlmReply ask(LlmCall call, boolean streamed, Function<String, LineTalk.State> taker) {
        Mutant fault = mutant.in(streamed ? Form.STREAM : Form.WHOLE);
        if (fault.is("sends_requests_concurrently")) {
            onlyOne.lock();
        }
        try {
            var request = new LineRequest(call, streamed, settings, fault);
            boolean late = fault.is("ends_a_call_without_time_left")
                    && !call.timeLeft().isPositive();
            Duration timeLeft = late ? AdapterUnderTest.LONG : call.timeLeft();
            LlmReply reply = talk(streamed, fault).ask(request, taker, timeLeft);
            boolean again =
                    fault.is("sends_a_refused_request_once") && reply instanceof LlmReply.Failed(Failure.RateLimited _);
            return again ? talk(streamed, fault).ask(request, taker, timeLeft) : reply;
        } finally {
            if (onlyOne.isHeldByCurrentThread()) {
                onlyOne.unlock();
            }
        }
    }

    private LlmReply misread(LlmReply reply) {
        return mutant.misreadsFailures() ? new LlmReply.Failed(new Failure.EmptyReply("it said nothing")) : reply;
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        var ids = new ArrayList<ModelId>();
        String secret = settings.key(key).reveal();
        Duration patience = mutant.is("bounds_a_model_list_by_its_deadline") ? AdapterUnderTest.LONG : timeLeft;
        LlmReply reply = talk(false, mutant)
                .ask(
                        LineRequest.models(key, settings, mutant),
                        line -> {
                            if (mutant.is("lists_no_key_as_a_model") || secret.isEmpty() || !line.contains(secret)) {
                                ids.add(new ModelId(line));
                            }
                            return LineTalk.State.OPEN;
                        },
                        patience);
        Failure failure = ((LlmReply.Failed) reply).failure(); // a list has no line that ends it
        if (failure.message().equals(LineFailures.NO_END)) {
            return new ModelsReply.Listed(mutant.is("lists_models") ? ids.subList(0, 1) : ids);
        }
        boolean silent = switch (failure.kind()) {
            case CANCELLED -> mutant.is("ends_a_model_list_when_interrupted");
            case KEY_REFUSED -> mutant.is("reports_a_refused_model_list");
            default -> false;
        };
        return silent ? new ModelsReply.Listed(List.of()) : new ModelsReply.Failed(failure);
    }

    private LineTalk talk(boolean streamed, Mutant fault) {
        return new LineTalk(clients.getLast(), settings, fault, streamed, open);
    }

    /// Switches to a new connection for the next call, if that is the mutation.
    private LlmReply after(LlmReply reply, String careless) {
        if (mutant.is(careless)) {
            clients.add(client());
        }
        return reply;
    }

    @Override
    public void close() {
        switch (mutant.check()) {
            case "ends_running_calls_when_closed" -> clients.forEach(HttpClient::shutdown);
            case "leaves_no_connection_open_when_closed" -> open.forEach(LineTalk::end);
            case null, default -> clients.forEach(HttpClient::shutdownNow);
        }
    }

    @Override
    public String toString() {
        return "LinePort[" + settings.baseUrl() + "]"
                + (mutant.is("prints_no_key")
                        ? settings.keys().getFirst().reveal().substring(0, 12)
                        : "");
    }
}
