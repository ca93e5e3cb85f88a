package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import java.util.List;
import java.util.stream.Stream;

/// Uses of members by their names, whatever the overload: calls, references such as `Instant::now`, and fields.
final class Uses {

    static final String CONSTRUCTOR = JavaConstructor.CONSTRUCTOR_NAME;

    private static final List<String> GENERIC =
            List.of("java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException", "java.lang.Error");

    /// A subclass's call of the constructor does not count.
    static final DescribedPredicate<JavaAccess<?>> CREATING_GENERIC = DescribedPredicate.describe(
            "constructor of a generic exception",
            use -> use.getTarget().getName().equals(CONSTRUCTOR)
                    && GENERIC.contains(use.getTargetOwner().getName())
                    && !use.getOriginOwner().isAssignableTo(Throwable.class));

    /// A static initializer creates an object that is mutable and fits a static field of its class.
    static final DescribedPredicate<JavaAccess<?>> CREATING_STATIC_STATE = DescribedPredicate.describe(
            "creating static state",
            use -> use.getOrigin() instanceof JavaStaticInitializer
                    && !use.isDeclaredInLambda()
                    && Shapes.MUTABLE.test(use.getTargetOwner())
                    && use.getOriginOwner().getFields().stream()
                            .filter(modifier(JavaModifier.STATIC))
                            .anyMatch(field -> use.getTargetOwner()
                                    .isAssignableTo(field.getRawType().getName())));

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
