package io.keywheel.bootstrap.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import java.util.List;
import java.util.stream.Stream;

/// Uses of members by their names, whatever the overload: calls, references such as `Instant::now`, and fields.
final class Uses {

    static final String CONSTRUCTOR = JavaConstructor.CONSTRUCTOR_NAME;

    private static final List<String> GENERIC =
            List.of("java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException", "java.lang.Error");

    /// A subclass's call of the constructor does not count.
    static final DescribedPredicate<JavaConstructorCall> THROWING_GENERIC = DescribedPredicate.describe(
            "of a generic exception",
            call -> GENERIC.contains(call.getTargetOwner().getName())
                    && !call.getOriginOwner().isAssignableTo(Throwable.class));

    private Uses() {}

    static DescribedPredicate<JavaAccess<?>> of(Class<?> owner, String... members) {
        return of(owner.getName(), members);
    }

    static DescribedPredicate<JavaAccess<?>> of(String owner, String... members) {
        return of(JavaClass.Predicates.assignableTo(owner), members);
    }

    static DescribedPredicate<JavaAccess<?>> of(DescribedPredicate<JavaClass> owner, String... members) {
        List<String> names = List.of(members);
        return DescribedPredicate.describe(
                owner.getDescription() + " " + names,
                use -> names.contains(use.getTarget().getName()) && owner.test(use.getTargetOwner()));
    }

    /// All members of these types and their subtypes.
    static DescribedPredicate<JavaAccess<?>> ofAny(Class<?>... owners) {
        return DescribedPredicate.describe(
                "all of " + List.of(owners), use -> Stream.of(owners).anyMatch(use.getTargetOwner()::isAssignableTo));
    }
}
