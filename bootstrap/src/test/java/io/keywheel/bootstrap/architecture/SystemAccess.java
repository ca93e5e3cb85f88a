package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static io.keywheel.bootstrap.architecture.Uses.CONSTRUCTOR;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaCodeUnitReference;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Collections;
import java.util.Date;
import java.util.Formatter;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TimeZone;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;

/// Accesses to the system: its clock, environment, randomness, threads, locale and console. The core receives these
/// through ports.
final class SystemAccess {

    static final DescribedPredicate<JavaAccess<?>> SYSTEM = Uses.ofAny(
            System.class, System.Logger.class, Runtime.class, ProcessHandle.class, IO.class, ThreadLocal.class);

    static final DescribedPredicate<JavaAccess<?>> CLOCKS = Uses.ofAny(Clock.class, Date.class, Calendar.class)
            .or(Uses.of(resideInAPackage("java.time.."), "now"))
            .or(Uses.of(InstantSource.class, "system"));

    static final DescribedPredicate<JavaAccess<?>> ENVIRONMENT = Uses.of(
                    System.class, "getenv", "getProperty", "getProperties")
            .or(Uses.of(Boolean.class, "getBoolean"))
            .or(Uses.of(Integer.class, "getInteger"))
            .or(Uses.of(Long.class, "getLong"));

    static final DescribedPredicate<JavaAccess<?>> RANDOMNESS = Uses.ofAny(
                    Random.class, SplittableRandom.class, UUID.class)
            .or(Uses.of(Math.class, "random"))
            .or(Uses.of(StrictMath.class, "random"))
            .or(Uses.of(Collections.class, "shuffle"));

    static final DescribedPredicate<JavaAccess<?>> THREADS = Uses.ofAny(
                    Executors.class,
                    ThreadPoolExecutor.class,
                    ForkJoinPool.class,
                    ForkJoinTask.class,
                    Timer.class,
                    StreamSupport.class)
            .or(Uses.of(Thread.class, CONSTRUCTOR, "ofPlatform", "ofVirtual", "startVirtualThread", "start"))
            .or(describe("parallel", use -> use.getTarget().getName().startsWith("parallel")))
            .or(Uses.of(CompletableFuture.class, "orTimeout", "completeOnTimeout", "delayedExecutor"))
            .or(describe(
                    "stages on the default pool",
                    use -> use.getTargetOwner().isAssignableTo(CompletionStage.class)
                            && use.getTarget().getName().endsWith("Async")
                            && !takes(use, Executor.class)));

    static final DescribedPredicate<JavaAccess<?>> SLEEP = Uses.of(Thread.class, "sleep")
            .or(Uses.of(TimeUnit.class, "sleep"))
            .or(Uses.of(LockSupport.class, "park", "parkNanos", "parkUntil"))
            .or(Uses.of(type(Object.class), "wait"));

    static final DescribedPredicate<JavaAccess<?>> LOCALES = Uses.ofAny(TimeZone.class, Formatter.class)
            .or(Uses.of(Locale.class, "getDefault"))
            .or(Uses.of(ZoneId.class, "systemDefault"))
            .or(Uses.of(String.class, "toLowerCase", "toUpperCase", "format", "formatted")
                    .and(describe("without a locale", use -> !takes(use, Locale.class))));

    static final DescribedPredicate<JavaAccess<?>> CONSOLE = Uses.of(System.class, "out", "err", "in", "console")
            .or(Uses.ofAny(IO.class))
            .or(Uses.of(Thread.class, "dumpStack"))
            .or(Uses.of(Throwable.class, "printStackTrace")
                    .and(describe("without a writer", use -> !takes(use, PrintWriter.class))));

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
