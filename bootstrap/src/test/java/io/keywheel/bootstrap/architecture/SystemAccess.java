package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static io.keywheel.bootstrap.architecture.Uses.CONSTRUCTOR;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaCodeUnitReference;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Collection;
import java.util.Date;
import java.util.Locale;
import java.util.Random;
import java.util.TimeZone;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.BaseStream;

/// Accesses to clock, environment, randomness, threads, locale, console and logs. The core receives these through
/// ports.
final class SystemAccess {

    static final DescribedPredicate<JavaAccess<?>> CLOCKS = Uses.of(System.class, "currentTimeMillis", "nanoTime")
            .or(Uses.of(resideInAPackage("java.time.."), "now"))
            .or(Uses.of(Clock.class, "systemUTC", "systemDefaultZone", "tickMillis", "tickSeconds", "tickMinutes"))
            .or(Uses.of(InstantSource.class, "system"))
            .or(Uses.of(Date.class, CONSTRUCTOR))
            .or(Uses.of(Calendar.class, "getInstance"));

    static final DescribedPredicate<JavaAccess<?>> ENVIRONMENT = Uses.of(
                    System.class, "getenv", "getProperty", "getProperties")
            .or(Uses.of(Boolean.class, "getBoolean"))
            .or(Uses.of(Integer.class, "getInteger"))
            .or(Uses.of(Long.class, "getLong"));

    static final DescribedPredicate<JavaAccess<?>> RANDOMNESS = Uses.of(Math.class, "random")
            .or(Uses.of(ThreadLocalRandom.class, "current"))
            .or(Uses.of(UUID.class, "randomUUID"))
            .or(Uses.of(Random.class, CONSTRUCTOR).and(describe("without a seed", use -> !takes(use, long.class))));

    static final DescribedPredicate<JavaAccess<?>> THREADS = Uses.of(
                    Thread.class, CONSTRUCTOR, "ofPlatform", "ofVirtual", "startVirtualThread", "start")
            .or(describe("all of Executors", use -> use.getTargetOwner().isEquivalentTo(Executors.class)))
            .or(Uses.of(ThreadPoolExecutor.class, CONSTRUCTOR))
            .or(Uses.of(ForkJoinPool.class, CONSTRUCTOR, "commonPool"))
            .or(Uses.of(Timer.class, CONSTRUCTOR))
            .or(Uses.of(Collection.class, "parallelStream"))
            .or(Uses.of(BaseStream.class, "parallel"))
            .or(Uses.of(CompletableFuture.class, "orTimeout", "completeOnTimeout"))
            .or(describe(
                    "stages on the default pool",
                    use -> use.getTargetOwner().isAssignableTo(CompletionStage.class)
                            && use.getTarget().getName().endsWith("Async")
                            && !takes(use, Executor.class)));

    static final DescribedPredicate<JavaAccess<?>> SLEEP = Uses.of(Thread.class, "sleep")
            .or(Uses.of(TimeUnit.class, "sleep"))
            .or(Uses.of(LockSupport.class, "park", "parkNanos", "parkUntil"));

    static final DescribedPredicate<JavaAccess<?>> LOCALES = Uses.of(Locale.class, "getDefault")
            .or(Uses.of(TimeZone.class, "getDefault"))
            .or(Uses.of(ZoneId.class, "systemDefault"))
            .or(Uses.of(Charset.class, "defaultCharset"))
            .or(Uses.of(String.class, "toLowerCase", "toUpperCase", "format", "formatted")
                    .and(describe("without a locale", use -> !takes(use, Locale.class))));

    static final DescribedPredicate<JavaAccess<?>> CONSOLE = Uses.of(System.class, "out", "err", "in", "console")
            .or(Uses.of(Throwable.class, "printStackTrace")
                    .and(describe("without a writer", use -> !takes(use, PrintWriter.class))));

    static final DescribedPredicate<JavaAccess<?>> LOGS = Uses.of(System.class, "getLogger")
            .or(Uses.ofAll("java.util.logging"))
            .or(CONSOLE);

    private SystemAccess() {}

    private static boolean takes(JavaAccess<?> use, Class<?> type) {
        return switch (use) {
            case JavaCall<?> call ->
                call.getTarget().getRawParameterTypes().stream().anyMatch(t -> t.isEquivalentTo(type));
            case JavaCodeUnitReference<?> reference ->
                reference.getTarget().getRawParameterTypes().stream().anyMatch(t -> t.isEquivalentTo(type));
            default -> false;
        };
    }
}
