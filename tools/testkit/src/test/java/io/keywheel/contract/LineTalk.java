package io.keywheel.contract;

import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.routing.RateLimitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One attempt.
final class LineTalk {

    /// Where an answer is.
    enum State {
        OPEN,
        SAID,
        ENDED,
        STRANGE
    }

    private static final LlmReply DONE =
            new LlmReply.Answered(Completion.streamed(FinishReason.OTHER, null), RateLimitStatus.UNKNOWN);

    private final HttpClient client;
    private final ProviderSettings settings;
    private final Crime crime;
    private final boolean streamed;
    private final Set<LineTalk> open;
    private final LineFailures failures;
    private final long began = System.nanoTime();
    private long deadline;
    private long limit;
    private boolean said;
    private boolean waited;
    private volatile @Nullable CompletableFuture<HttpResponse<InputStream>> response;
    private volatile @Nullable LineReader lines;

    LineTalk(HttpClient client, ProviderSettings settings, Crime crime, boolean streamed, Set<LineTalk> open) {
        this.client = client;
        this.settings = settings;
        this.crime = crime;
        this.streamed = streamed;
        this.open = open;
        this.failures = new LineFailures(settings, crime, streamed);
    }

    LlmReply ask(LineRequest request, Function<String, State> taker, Duration timeLeft) {
        deadline = began
                + (crime.is(Fault.ANSWERS_WHERE_THERE_IS_ALL_THE_TIME_IN_THE_WORLD)
                        ? timeLeft.toNanos()
                        : Math.min(TimeUnit.NANOSECONDS.convert(timeLeft), Long.MAX_VALUE / 4));
        limit = request.isChat() || crime.is(Fault.LIST_OF_MODELS_MAY_TAKE_LONGER_THAN_A_FIRST_TOKEN)
                ? began + settings.timeouts().firstToken().toNanos()
                : deadline + 1;
        // An interrupt that came before has a fault of its own, and so has one amid a list.
        waited = request.isChat() && !Thread.currentThread().isInterrupted();
        open.add(this);
        try {
            Failure refusal = request.refusal();
            return refusal != null ? new LlmReply.Failed(refusal) : talk(request, taker);
        } catch (TimeoutException _) {
            return new LlmReply.Failed(failures.late(said, deadline < limit, lines != null));
        } catch (InterruptedException _) {
            return new LlmReply.Failed(failures.interrupted(said, waited));
        } catch (IOException e) {
            return new LlmReply.Failed(failures.cut(e, said, lines != null));
        } finally {
            open.remove(this);
        }
    }

    private LlmReply talk(LineRequest request, Function<String, State> taker)
            throws IOException, InterruptedException, TimeoutException {
        if (crime.is(Fault.IS_CANCELLED_BY_AN_INTERRUPT_THAT_CAME_BEFORE)) {
            Thread.interrupted();
        }
        HttpResponse<InputStream> head = send(request, !crime.is(Fault.ASKS_ONLY_ONCE_WHATEVER_COMES_OF_IT));
        var reader = new LineReader(head.body(), crime, streamed);
        lines = reader;
        boolean leaves = false;
        try {
            boolean speaks = LineWire.TYPE.equals(
                    head.headers().firstValue("Content-Type").orElse(""));
            if (head.statusCode() != 200 || !speaks) {
                return new LlmReply.Failed(refusal(head, speaks, reader));
            }
            return pump(reader, taker, request.isChat());
        } catch (TimeoutException e) {
            leaves = said && crime.is(Fault.HANGS_UP_ON_A_STREAM_THAT_TAKES_TOO_LONG);
            throw e;
        } catch (InterruptedException e) {
            leaves = crime.is(Fault.HANGS_UP_WHEN_INTERRUPTED_AMID_A_STREAM);
            throw e;
        } catch (RuntimeException e) {
            leaves = crime.is(Fault.ENDS_THE_CALL_WHEN_THE_SINK_THROWS);
            throw e;
        } finally {
            if (!leaves) {
                reader.close();
            }
        }
    }

    private HttpResponse<InputStream> send(LineRequest request, boolean once)
            throws IOException, InterruptedException, TimeoutException {
        var sent = client.sendAsync(request.http(), BodyHandlers.ofInputStream());
        response = sent;
        try {
            return sent.get(Math.min(limit, deadline) - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (!once) {
                return send(request, true);
            }
            throw e.getCause() instanceof IOException io ? io : new IOException(e);
        } catch (CancellationException e) {
            throw new IOException(e);
        } catch (TimeoutException e) {
            sent.cancel(!crime.is(Fault.HANGS_UP_ON_A_PROVIDER_THAT_TAKES_TOO_LONG));
            throw e;
        } catch (InterruptedException e) {
            if (!crime.is(Fault.HANGS_UP_WHEN_INTERRUPTED_BEFORE_THE_ANSWER)) {
                sent.cancel(true);
            }
            throw e;
        }
    }

    private LlmReply pump(LineReader reader, Function<String, State> taker, boolean chat)
            throws IOException, InterruptedException, TimeoutException {
        boolean skipsBlanks = !crime.is(
                chat ? Fault.READS_AN_ANSWER_HOWEVER_IT_IS_LAID_OUT : Fault.LISTS_THE_MODELS_HOWEVER_THEY_ARE_LAID_OUT);
        while (true) {
            String line = reader.next(Math.min(limit, deadline));
            if (line == null) {
                Failure failure = failures.cutShort(said);
                return failure == null ? DONE : new LlmReply.Failed(failure);
            }
            if (line.isBlank() && skipsBlanks) {
                continue;
            }
            if (line.startsWith("broke ")) {
                return new LlmReply.Failed(failures.brokeDown(line.substring("broke ".length()), said));
            }
            long read = System.nanoTime();
            State state = taker.apply(line);
            if (state == State.STRANGE) {
                return new LlmReply.Failed(failures.strange(line, said));
            }
            if (state == State.ENDED) {
                farewell(reader);
                return DONE;
            }
            if (streamed && state == State.SAID) {
                said = true;
                boolean early = crime.is(Fault.SLOW_SINK_DOES_NOT_USE_UP_THE_IDLE_TIME_OF_THE_PROVIDER);
                long idle = (early ? read : System.nanoTime())
                        + settings.timeouts().idle().toNanos();
                limit = crime.is(Fault.LETS_A_STREAM_GO_ON_AS_LONG_AS_IT_SPEAKS) ? Math.min(limit, idle) : idle;
            }
        }
    }

    /// The connection serves again once its answer was read to the end.
    private void farewell(LineReader reader) throws InterruptedException, IOException {
        boolean patient =
                streamed && crime.is(Fault.ENDS_WITH_THE_END_OF_THE_ANSWER_THOUGH_THE_PROVIDER_HOLDS_THE_LINE);
        try {
            reader.next(System.nanoTime() + (patient ? Trial.LONG : Duration.ofMillis(200)).toNanos());
        } catch (TimeoutException _) {
            return; // then not
        }
    }

    private Failure refusal(HttpResponse<InputStream> head, boolean speaks, LineReader reader)
            throws IOException, InterruptedException, TimeoutException {
        String words = "";
        for (String line = reader.next(limit); line != null; line = reader.next(limit)) {
            words += words.isEmpty() && !line.isEmpty() ? line : "\n" + line;
        }
        if (words.contains("\n") && crime.is(Fault.KNOWS_A_REFUSAL_HOWEVER_IT_IS_LAID_OUT)) {
            return failures.strange(words, false);
        }
        String wait = head.headers().firstValue("Retry-After").orElse("0");
        return failures.refused(head.statusCode(), speaks, words.strip(), wait);
    }

    /// Ends it from outside.
    void end() {
        var waiting = response;
        var reading = lines;
        if (waiting != null) {
            waiting.cancel(true);
        }
        if (reading != null) {
            reading.close();
        }
    }
}
