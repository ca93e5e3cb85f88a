package io.keywheel.contract;

import io.keywheel.application.port.out.LlmCall;
import io.keywheel.application.port.out.LlmPort;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ModelsReply;
import io.keywheel.application.port.out.ProviderSettings;
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

/// Speaks to the provider that nobody has, as well as an adapter must, but for its crime.
final class LinePort implements LlmPort {

    /// One for all clients: threads of its own for each of thousands would cost more than what they do.
    private static final Executor HANDS = Executors.newVirtualThreadPerTaskExecutor();

    private final ProviderSettings settings;
    private final Crime crime;
    private final Set<LineTalk> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock onlyOne = new ReentrantLock();
    private final List<HttpClient> clients = new CopyOnWriteArrayList<>();
    private volatile boolean sulking;

    LinePort(ProviderSettings settings, Crime crime) {
        this.settings = settings;
        this.crime = crime;
        clients.add(client());
    }

    private HttpClient client() {
        String proxy = settings.options().get("proxy");
        return HttpClient.newBuilder()
                .proxy(
                        proxy == null || crime.is(Fault.CONNECTS_BY_THE_PROXY_OF_THE_SETTINGS)
                                ? HttpClient.Builder.NO_PROXY
                                : ProxySelector.of(address(proxy)))
                .executor(HANDS)
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.timeouts().connect())
                .followRedirects(
                        crime.is(Fault.FOLLOWS_NOBODY_ELSEWHERE)
                                ? HttpClient.Redirect.ALWAYS
                                : HttpClient.Redirect.NEVER)
                .build();
    }

    private static InetSocketAddress address(String proxy) {
        String[] parts = proxy.split(":", 2);
        return InetSocketAddress.createUnresolved(parts[0], Integer.parseInt(parts[1]));
    }

    @Override
    public LlmReply complete(LlmCall call) {
        if (crime.is(Fault.ASKS_FOR_MANY_AT_ONCE)) {
            onlyOne.lock();
        }
        try {
            var words = new LineAnswer(crime);
            LlmReply reply = talk(false).ask(new LineRequest(call, settings, crime), words::take, call.timeLeft());
            return reply instanceof LlmReply.Answered
                    ? after(words.whole(), Fault.USES_A_CONNECTION_AGAIN_AFTER_AN_ANSWER)
                    : after(reply, Fault.USES_A_CONNECTION_AGAIN_AFTER_A_REFUSAL);
        } finally {
            if (onlyOne.isHeldByCurrentThread()) {
                onlyOne.unlock();
            }
        }
    }

    @Override
    public LlmReply stream(LlmCall call, ChunkSink sink) {
        if (sulking) {
            return new LlmReply.Failed(new Failure.Unavailable("it sulks", null));
        }
        var pieces = new LinePieces(sink, crime);
        try {
            LlmReply reply = talk(true).ask(new LineRequest(call, settings, crime), pieces::take, call.timeLeft());
            return reply instanceof LlmReply.Answered
                    ? after(pieces.end(), Fault.USES_A_CONNECTION_AGAIN_AFTER_A_STREAM)
                    : pieces.brokenOff(reply);
        } catch (RuntimeException e) {
            sulking = crime.is(Fault.SERVES_ON_AFTER_A_SINK_THAT_THREW);
            throw crime.is(Fault.LETS_OUT_WHAT_THE_SINK_THROWS) ? new IllegalStateException(e) : e;
        }
    }

    @Override
    public ModelsReply models(KeySlot key, Duration timeLeft) {
        var ids = new ArrayList<ModelId>();
        String secret = settings.key(key).reveal();
        Duration patience = crime.is(Fault.WAITS_FOR_A_LIST_OF_MODELS_NO_LONGER_THAN_IT_MAY) ? Trial.LONG : timeLeft;
        LlmReply reply = talk(false)
                .ask(
                        LineRequest.models(key, settings, crime),
                        line -> {
                            if (crime.is(Fault.LISTS_NO_KEY_AS_A_MODEL) || secret.isEmpty() || !line.contains(secret)) {
                                ids.add(new ModelId(line));
                            }
                            return LineTalk.State.OPEN;
                        },
                        patience);
        Failure failure = ((LlmReply.Failed) reply).failure(); // a list has no line that ends it
        if (failure.message().equals(LineFailures.NO_END)) {
            return new ModelsReply.Listed(crime.is(Fault.LISTS_THE_MODELS) ? ids.subList(0, 1) : ids);
        }
        boolean silent = switch (failure.kind()) {
            case CANCELLED -> crime.is(Fault.LISTS_NO_MODELS_FOR_A_THREAD_THAT_IS_INTERRUPTED);
            case UNAVAILABLE -> crime.is(Fault.LISTS_NOTHING_WHERE_THE_LIST_IS_REFUSED);
            default -> false;
        };
        return silent ? new ModelsReply.Listed(List.of()) : new ModelsReply.Failed(failure);
    }

    private LineTalk talk(boolean streamed) {
        return new LineTalk(clients.getLast(), settings, crime, streamed, open);
    }

    /// Goes on with new connections, if that is the crime.
    private LlmReply after(LlmReply reply, Fault careless) {
        if (crime.is(careless)) {
            clients.add(client());
        }
        return reply;
    }

    @Override
    public void close() {
        switch (crime.fault()) {
            case ENDS_WHAT_IS_UNDER_WAY_WHEN_CLOSED -> clients.forEach(HttpClient::shutdown);
            case LEAVES_NO_CONNECTION_OPEN_WHEN_CLOSED -> open.forEach(LineTalk::end);
            case null, default -> clients.forEach(HttpClient::shutdownNow);
        }
    }

    @Override
    public String toString() {
        return "LinePort[" + settings.baseUrl() + "]"
                + (crime.is(Fault.PRINTS_NO_KEY) ? settings.keys().getFirst().reveal() : "");
    }
}
