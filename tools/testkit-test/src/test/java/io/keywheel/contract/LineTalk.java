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

final class LineTalk {

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
    private final Mutant mutant;
    private final boolean streamed;
    private final Set<LineTalk> open;
    private final LineFailures failures;
    private final long began = System.nanoTime();
    private long deadline;
    private long limit;
    private boolean said;
    private volatile @Nullable CompletableFuture<HttpResponse<InputStream>> response;
    private volatile @Nullable LineReader lines;

    LineTalk(HttpClient client, ProviderSettings settings, Mutant mutant, boolean streamed, Set<LineTalk> open) {
        this.client = client;
        this.settings = settings;
        this.mutant = mutant;
        this.streamed = streamed;
        this.open = open;
        this.failures = new LineFailures(settings, mutant);
    }

    LlmReply ask(LineRequest request, Function<String, State> taker, Duration timeLeft) {
        deadline = began
                + (mutant.is("accepts_the_longest_deadline")
                        ? timeLeft.toNanos()
                        : Math.min(TimeUnit.NANOSECONDS.convert(timeLeft), Long.MAX_VALUE / 4));
        limit = request.isChat() || mutant.is("allows_a_model_list_more_time_than_a_first_token")
                ? began + settings.timeouts().firstToken().toNanos()
                : deadline + 1;
        open.add(this);
        try {
            Failure refusal = timeLeft.isPositive() ? request.refusal() : new Failure.OutOfTime();
            return refusal != null ? new LlmReply.Failed(refusal) : talk(request, taker);
        } catch (TimeoutException _) {
            return new LlmReply.Failed(LineFailures.late(said, deadline < limit));
        } catch (InterruptedException _) {
            return new LlmReply.Failed(failures.interrupted());
        } catch (IOException e) {
            return new LlmReply.Failed(failures.cut(e, said));
        } finally {
            open.remove(this);
        }
    }

    private LlmReply talk(LineRequest request, Function<String, State> taker)
            throws IOException, InterruptedException, TimeoutException {
        if (mutant.is("is_cancelled_by_an_interrupt_that_came_before")) {
            Thread.interrupted();
        }
        HttpResponse<InputStream> head = send(request, !mutant.is("sends_a_request_once"));
        var reader = new LineReader(head.body(), mutant, streamed);
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
            leaves = said && mutant.is("closes_the_connection_of_an_idle_stream");
            throw e;
        } catch (InterruptedException e) {
            leaves = mutant.is("closes_the_connection_when_interrupted_in_a_stream");
            throw e;
        } catch (RuntimeException e) {
            leaves = mutant.is("ends_the_call_when_the_sink_throws");
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
            sent.cancel(!mutant.is("closes_the_connection_after_a_timeout"));
            throw e;
        } catch (InterruptedException e) {
            if (!mutant.is("closes_the_connection_when_interrupted_before_the_answer")) {
                sent.cancel(true);
            }
            throw e;
        }
    }

    private LlmReply pump(LineReader reader, Function<String, State> taker, boolean chat)
            throws IOException, InterruptedException, TimeoutException {
        boolean skipsBlanks = !mutant.is(chat ? "reads_an_answer_in_any_layout" : "lists_models_in_any_layout");
        while (true) {
            String line = reader.next(Math.min(limit, deadline));
            if (line == null) {
                return new LlmReply.Failed(failures.broken(LineFailures.NO_END, said));
            }
            if (line.isBlank() && skipsBlanks) {
                continue;
            }
            if (line.startsWith("broke ")) {
                return new LlmReply.Failed(failures.broken(line.substring("broke ".length()), said));
            }
            long read = System.nanoTime();
            State state = taker.apply(line);
            if (state == State.STRANGE) {
                return new LlmReply.Failed(failures.broken(line, said));
            }
            if (state == State.ENDED) {
                farewell(reader);
                return DONE;
            }
            if (streamed && state == State.SAID) {
                said = true;
                boolean early = mutant.is("counts_no_time_of_a_slow_sink_as_idle");
                long idle = (early ? read : System.nanoTime())
                        + settings.timeouts().idle().toNanos();
                limit = mutant.is("continues_a_stream_past_the_first_token_timeout") ? Math.min(limit, idle) : idle;
            }
        }
    }

    /// The connection serves again once its answer was read to the end.
    private void farewell(LineReader reader) throws InterruptedException, IOException {
        boolean patient = streamed && mutant.is("ends_a_stream_whose_connection_stays_open");
        try {
            reader.next(System.nanoTime() + (patient ? AdapterUnderTest.LONG : Duration.ofMillis(200)).toNanos());
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
        if (words.contains("\n") && mutant.is("reads_a_refusal_in_any_layout")) {
            return failures.broken(words, false);
        }
        String wait = head.headers().firstValue("Retry-After").orElse("0");
        return failures.refused(head.statusCode(), speaks, words.strip(), wait);
    }

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
