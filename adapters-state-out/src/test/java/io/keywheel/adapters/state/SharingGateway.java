package io.keywheel.adapters.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.application.port.out.Timeouts;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Scope;
import io.keywheel.domain.routing.ModelId;
import io.keywheel.domain.routing.ProviderId;
import io.keywheel.domain.routing.RateLimitStatus;
import io.keywheel.domain.sharing.Fact;
import io.keywheel.store.StoreServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Assumptions;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.util.SafeEncoder;

/// The shared state of one gateway. Tests can await learned facts and status changes.
final class SharingGateway implements AutoCloseable {

    static final ProviderId GROQ = new ProviderId("groq");
    static final ModelId MODEL = new ModelId("llama");

    /// A timeout that only a stalled machine reaches.
    static final Duration LONG = Duration.ofSeconds(20);

    private static final AtomicLong NUMBERS = new AtomicLong();

    /// Each gateway has its own fingerprint for a key.
    private final String shown;

    private final BlockingQueue<Fact> learned = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    private volatile Runnable beforeLearning = () -> {};
    final InstantSource clock;
    final RedisSharedState state;

    /// What the gateway publishes again if the store has lost it.
    final List<Fact> lasting = new CopyOnWriteArrayList<>();

    SharingGateway(StoreServer store, String shown) {
        this(store, shown, "");
    }

    /// A gateway that saves usage in a file with this id.
    SharingGateway(StoreServer store, String shown, String usageId) {
        this(address(store), shown, usageId, InstantSource.system(), LONG);
    }

    SharingGateway(RedisSharedState.Address address, String shown) {
        this(address, shown, InstantSource.system(), LONG);
    }

    SharingGateway(StoreServer store, String shown, Duration timeout) {
        this(address(store), shown, InstantSource.system(), timeout);
    }

    SharingGateway(RedisSharedState.Address address, String shown, InstantSource clock, Duration timeout) {
        this(address, shown, "", clock, timeout);
    }

    private SharingGateway(
            RedisSharedState.Address address, String shown, String usageId, InstantSource clock, Duration timeout) {
        this.shown = shown;
        this.clock = clock;
        state = new RedisSharedState(
                new RedisSharedState.Settings(address, "salt", timeout), usageId, clock, changes(changes));
        follow(new ApiKey("secret-one", key()), new ApiKey("secret-two", otherKey()));
        state.listen(
                facts -> {
                    beforeLearning.run();
                    learned.addAll(facts);
                },
                () -> state.publish(lasting));
    }

    void follow(ApiKey... keys) {
        state.follow(List.of(groq("https://groq.test/v1", keys)));
    }

    /// Moves the first key to another base URL, where it is another key.
    void move() {
        state.follow(List.of(groq("https://relay.test/v1", new ApiKey("secret-one", key()))));
    }

    static ProviderSettings groq(String baseUrl, ApiKey... keys) {
        return new ProviderSettings(GROQ, baseUrl, List.of(keys), new Timeouts(LONG, LONG, LONG), Map.of());
    }

    /// A clock that runs an action when the sender thread reads it, which is before it writes.
    static InstantSource clockOfSender(Runnable action) {
        return () -> {
            if (Thread.currentThread().getName().equals("shared-state-send")) {
                action.run();
            }
            return Instant.now();
        };
    }

    /// Adds each status change to `said`.
    static Consumer<Optional<String>> changes(Collection<String> said) {
        return failure ->
                said.add(failure.map(reason -> "unavailable: " + reason).orElse("connected"));
    }

    /// Runs `action` before each batch of learned facts.
    void onLearned(Runnable action) {
        beforeLearning = action;
    }

    /// The servers that are installed. Without any, the tests are skipped.
    static List<String> programs() {
        List<String> installed = StoreServer.programs();
        Assumptions.assumeFalse(installed.isEmpty(), "skipped: neither redis-server nor valkey-server is installed");
        return installed;
    }

    /// The reply to a command of an operator, or of a hostile writer: a text, a number, or a list of replies.
    static Object run(StoreServer store, String... command) {
        var config =
                DefaultJedisClientConfig.builder().socketTimeoutMillis(20_000).build();
        try (var connection = new Connection(new HostAndPort("127.0.0.1", store.port()), config)) {
            connection.sendCommand(
                    () -> SafeEncoder.encode(command[0]), Arrays.copyOfRange(command, 1, command.length));
            return SafeEncoder.encodeObject(connection.getOne());
        }
    }

    static StoreServer store(String... options) {
        return StoreServer.start(programs().getFirst(), options);
    }

    static RedisSharedState.Address address(StoreServer store) {
        return address(store.port());
    }

    static RedisSharedState.Address address(int port) {
        return new RedisSharedState.Address("127.0.0.1", port, false, "", "", 0);
    }

    static RedisSharedState.Address address(StoreServer store, String user, String password) {
        return new RedisSharedState.Address("127.0.0.1", store.port(), false, user, password, 0);
    }

    static RedisSharedState.Settings settings(RedisSharedState.Address address) {
        return new RedisSharedState.Settings(address, "salt", LONG);
    }

    /// The fields and values of a stream's first entry, as they are in the store.
    static List<String> firstEntry(StoreServer store, String stream) {
        var entry = (List<?>) ((List<?>) run(store, "XRANGE", stream, "-", "+")).getFirst();
        return ((List<?>) entry.get(1)).stream().map(String::valueOf).toList();
    }

    String key() {
        return "key-" + shown;
    }

    String otherKey() {
        return "other-" + shown;
    }

    Fact.CallTarget callTarget() {
        return new Fact.CallTarget(GROQ, key(), MODEL);
    }

    void publish(Fact... facts) {
        state.publish(List.of(facts));
    }

    Fact.CooledDown cooledDown(Duration ahead) {
        return cooledDown(Duration.ZERO, ahead);
    }

    Fact.CooledDown cooledDown(Duration ago, Duration ahead) {
        Instant now = clock.instant();
        return new Fact.CooledDown(
                callTarget(), Scope.Kind.KEY, Failure.Kind.RATE_LIMITED, now.minus(ago), now.plus(ahead), 0, false);
    }

    Fact.Called call(boolean claimed) {
        Instant now = clock.instant();
        return new Fact.Called(
                new Fact.CallId("", NUMBERS.incrementAndGet()),
                callTarget(),
                100,
                claimed,
                Set.of(Scope.Kind.KEY),
                now,
                now.plusSeconds(30));
    }

    Fact.Ended ended(Fact.Called call) {
        return new Fact.Ended(call.id(), callTarget(), Fact.End.ANSWERED, 90, RateLimitStatus.UNKNOWN, call.begun());
    }

    Fact next() throws InterruptedException {
        return next(learned);
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    /// Waits for the next matching fact.
    Fact next(Predicate<Fact> wanted) throws InterruptedException {
        while (true) {
            Fact fact = next();
            if (wanted.test(fact)) {
                return fact;
            }
        }
    }

    /// The learned facts that were not yet returned.
    List<Fact> rest() {
        var facts = new ArrayList<Fact>();
        learned.drainTo(facts);
        return facts;
    }

    /// Waits for the next status change of the store.
    String nextChange() throws InterruptedException {
        return next(changes);
    }

    List<String> otherChanges() {
        return List.copyOf(changes);
    }

    SharingGateway connected() throws InterruptedException {
        assertEquals("connected", nextChange());
        return this;
    }

    @Override
    public void close() {
        state.close();
    }
}
