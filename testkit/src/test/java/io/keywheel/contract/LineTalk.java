package io.keywheel.contract;

import io.keywheel.application.port.out.ApiKey;
import io.keywheel.application.port.out.LlmReply;
import io.keywheel.application.port.out.ProviderSettings;
import io.keywheel.domain.chat.Completion;
import io.keywheel.domain.chat.FinishReason;
import io.keywheel.domain.failover.Failure;
import io.keywheel.domain.failover.Failure.Kind;
import io.keywheel.domain.failover.Refusal;
import io.keywheel.domain.routing.Allowance;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
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
        ENDED
    }

    static final String NO_END = "it ended before its answer did";

    private static final LlmReply DONE =
            new LlmReply.Answered(Completion.streamed(FinishReason.OTHER, null), Allowance.UNKNOWN);

    private final HttpClient client;
    private final ProviderSettings settings;
    private final Crime crime;
    private final boolean streamed;
    private final Set<LineTalk> open;
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
    }

    LlmReply ask(LineRequest request, Function<String, State> taker, Duration timeLeft) {
        deadline = began + timeLeft.toNanos();
        limit = began + settings.timeouts().firstToken().toNanos();
        // An interrupt that came before has a fault of its own, and so has one amid a list.
        waited = request.isChat() && !Thread.currentThread().isInterrupted();
        open.add(this);
        try {
            Failure refusal = request.refusal();
            return refusal != null ? new LlmReply.Failed(refusal) : talk(request, taker);
        } catch (TimeoutException _) {
            return new LlmReply.Failed(timeout());
        } catch (InterruptedException _) {
            return new LlmReply.Failed(interrupted());
        } catch (IOException e) {
            return new LlmReply.Failed(broken(e));
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
            return pump(reader, taker);
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

    private LlmReply pump(LineReader reader, Function<String, State> taker)
            throws IOException, InterruptedException, TimeoutException {
        while (true) {
            String line = reader.next(Math.min(limit, deadline));
            if (line == null) {
                return cutShort();
            }
            if (line.startsWith("broke ")) {
                return new LlmReply.Failed(breakdown(line.substring("broke ".length())));
            }
            State state = taker.apply(line);
            if (state == State.ENDED) {
                farewell(reader);
                return DONE;
            }
            if (streamed && state == State.SAID) {
                said = true;
                long idle = System.nanoTime() + settings.timeouts().idle().toNanos();
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

    private LlmReply cutShort() {
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_A_STREAM_ENDS_BEFORE_ITS_ANSWER_DOES)
                    ? DONE
                    : new LlmReply.Failed(new Failure.Interrupted(NO_END));
        }
        Fault fault = streamed
                ? Fault.IS_UNAVAILABLE_WHERE_A_STREAM_ENDS_BEFORE_ITS_ANSWER_BEGINS
                : Fault.IS_UNAVAILABLE_WHERE_AN_ANSWER_HAS_NOTHING_TO_IT;
        return new LlmReply.Failed(
                crime.is(fault) ? new Failure.EmptyReply(NO_END) : new Failure.Unavailable(NO_END, null));
    }

    private Failure breakdown(String words) {
        String masked = crime.is(Fault.REPEATS_NO_KEY_OF_A_BROKEN_STREAM) ? words : masked(words);
        String message = crime.is(Fault.SAYS_IN_THE_PROVIDERS_WORDS_WHAT_BROKE_A_STREAM) ? "it broke" : masked;
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_THE_PROVIDER_BREAKS_AFTER_ITS_CONTENT)
                    ? new Failure.Unavailable(message, null)
                    : new Failure.Interrupted(message);
        }
        return crime.is(Fault.IS_UNAVAILABLE_WHERE_THE_PROVIDER_BREAKS_BEFORE_ITS_CONTENT)
                ? new Failure.EmptyReply(message)
                : new Failure.Unavailable(message, null);
    }

    private Failure refusal(HttpResponse<InputStream> head, boolean speaks, LineReader reader)
            throws IOException, InterruptedException, TimeoutException {
        String words = "";
        for (String line = reader.next(limit); line != null; line = reader.next(limit)) {
            words += line;
        }
        int status = head.statusCode();
        if (!speaks) {
            if (status == 200 && crime.is(Fault.IS_UNAVAILABLE_WHERE_A_PAGE_IS_SERVED_INSTEAD)) {
                return new Failure.EmptyReply("a page");
            }
            return status == 403 && crime.is(Fault.IS_UNAVAILABLE_WHERE_THE_NETWORK_FORBIDS)
                    ? new Failure.KeyRefused("a page")
                    : new Failure.Unavailable("it does not speak in lines", null);
        }
        String masked = crime.is(Fault.REPEATS_NO_KEY_OF_A_REFUSAL) ? words : masked(words);
        String message = crime.is(Fault.KEEPS_THE_WORDS_OF_A_REFUSAL) ? "no" : masked;
        String wait = head.headers().firstValue("Retry-After").orElse("0");
        boolean tells = !crime.is(Fault.TELLS_WHEN_A_LIMIT_ENDS);
        return failure(status, message, Duration.ofSeconds(tells ? Long.parseLong(wait) : 0));
    }

    private Failure failure(int status, String message, Duration wait) {
        var refusal =
                new Refusal(crime.is(Fault.KEEPS_THE_STATUS_OF_A_REFUSAL) ? 418 : status, message, null, null, null);
        Kind kind = kind(status);
        if (Fault.unknown(kind).filter(crime::is).isPresent() && wait.isZero()) {
            return kind == Kind.REJECTED ? new Failure.TooLarge(refusal) : new Failure.TimedOut(message);
        }
        return switch (kind) {
            case REJECTED -> new Failure.Rejected(refusal);
            case KEY_REFUSED -> new Failure.KeyRefused(message);
            case ACCOUNT_BLOCKED -> new Failure.AccountBlocked(message);
            case MODEL_UNAVAILABLE -> new Failure.ModelUnavailable(refusal);
            case TOO_LARGE -> new Failure.TooLarge(refusal);
            case UNSUPPORTED -> new Failure.Unsupported(refusal);
            case RATE_LIMITED -> new Failure.RateLimited(message, wait, Allowance.UNKNOWN);
            case OVERLOADED -> new Failure.Overloaded(message, null);
            default -> new Failure.Unavailable(message, null);
        };
    }

    private static Kind kind(int status) {
        for (Kind kind : Kind.values()) {
            if (LineWire.status(kind) == status) {
                return kind;
            }
        }
        return Kind.UNAVAILABLE;
    }

    private Failure timeout() {
        if (deadline < limit) {
            if (said) {
                return crime.is(Fault.IS_INTERRUPTED_WHEN_THE_TIME_OF_THE_REQUEST_IS_OVER_AMID_A_STREAM)
                        ? new Failure.OutOfTime()
                        : new Failure.Interrupted("no time left");
            }
            return crime.is(Fault.BLAMES_NOBODY_WHEN_THE_TIME_OF_THE_REQUEST_IS_OVER)
                    ? new Failure.TimedOut("no time left")
                    : new Failure.OutOfTime();
        }
        if (said) {
            return crime.is(Fault.GIVES_UP_WAITING_FOR_THE_NEXT_PIECE)
                    ? new Failure.TimedOut("too slow")
                    : new Failure.Interrupted("too slow");
        }
        Fault fault = streamed ? Fault.GIVES_UP_WAITING_FOR_THE_FIRST_PIECE : Fault.GIVES_UP_WAITING_FOR_AN_ANSWER;
        boolean wrong = crime.is(fault) && (streamed || lines == null);
        return wrong ? new Failure.Unavailable("too slow", null) : new Failure.TimedOut("too slow");
    }

    private Failure interrupted() {
        if (!crime.is(Fault.LEAVES_THE_THREAD_INTERRUPTED)) {
            Thread.currentThread().interrupt();
        }
        boolean wrong = waited
                && crime.is(
                        said
                                ? Fault.IS_CANCELLED_BY_AN_INTERRUPT_AMID_A_STREAM
                                : Fault.IS_CANCELLED_BY_AN_INTERRUPT_BEFORE_THE_ANSWER);
        return wrong ? new Failure.Interrupted("interrupted") : new Failure.Cancelled();
    }

    private Failure broken(IOException e) {
        if (e instanceof HttpConnectTimeoutException) {
            return crime.is(Fault.GIVES_UP_CONNECTING_IN_TIME)
                    ? new Failure.Unavailable("no connection", null)
                    : new Failure.TimedOut("no connection");
        }
        if (said) {
            return crime.is(Fault.IS_INTERRUPTED_WHERE_A_STREAM_IS_CUT_AFTER_ITS_CONTENT)
                    ? new Failure.Unavailable("cut", null)
                    : new Failure.Interrupted("cut");
        }
        return crime.is(offence(e)) ? new Failure.EmptyReply("cut") : new Failure.Unavailable("cut", null);
    }

    private Fault offence(IOException e) {
        if (e instanceof ConnectException) {
            return Fault.IS_UNAVAILABLE_WHERE_NOBODY_LISTENS;
        }
        if (e instanceof ProtocolException) {
            return Fault.IS_UNAVAILABLE_WHERE_WHAT_ANSWERS_IS_NO_HTTP;
        }
        if (lines == null && cameBeforeAnyByte(e)) {
            return Fault.IS_UNAVAILABLE_WHERE_THE_LINE_IS_CUT_BEFORE_AN_ANSWER;
        }
        return streamed
                ? Fault.IS_UNAVAILABLE_WHERE_A_STREAM_IS_CUT_BEFORE_ITS_CONTENT
                : Fault.IS_UNAVAILABLE_WHERE_AN_ANSWER_IS_SHORTER_THAN_ANNOUNCED;
    }

    /// A line that is cut right behind a head may end the wait for that head, too, and the JDK's words alone tell.
    private static boolean cameBeforeAnyByte(IOException e) {
        return String.valueOf(e.getMessage()).contains("received no bytes");
    }

    private String masked(String words) {
        String masked = words;
        for (ApiKey key : settings.keys()) {
            masked = key.reveal().isEmpty() ? masked : masked.replace(key.reveal(), "***");
        }
        return masked;
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
