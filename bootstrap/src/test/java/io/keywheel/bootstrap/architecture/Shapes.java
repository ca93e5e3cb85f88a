package io.keywheel.bootstrap.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.ENUMS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.INTERFACES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.RECORDS;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.TOP_LEVEL_CLASSES;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasModifiers.Predicates.modifier;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;

/// What kinds of types there are.
final class Shapes {

    private static final DescribedPredicate<JavaClass> FINAL =
            describe("final", type -> type.getModifiers().contains(JavaModifier.FINAL));

    private static final DescribedPredicate<JavaClass> VALUE = describe(
            "final with final fields",
            type -> FINAL.test(type)
                    && type.getFields().stream()
                            .allMatch(field -> field.getModifiers().contains(JavaModifier.FINAL)));

    /// ArchUnit 1.5.0 does not read what a class file permits.
    private static final DescribedPredicate<JavaClass> SEALED =
            describe("sealed", type -> type.reflect().isSealed());

    private static final DescribedPredicate<JavaClass> FUNCTION =
            describe("a functional interface", type -> type.isAnnotatedWith(FunctionalInterface.class));

    static final DescribedPredicate<JavaClass> CLOSED =
            RECORDS.or(ENUMS).or(FINAL).or(SEALED).or(FUNCTION).as("a record, an enum, final, sealed or functional");

    static final DescribedPredicate<JavaClass> CONTRACT = INTERFACES
            .or(RECORDS)
            .or(ENUMS)
            .or(VALUE)
            .or(assignableTo(Throwable.class))
            .as("an interface, a record, an enum, an exception or final with final fields");

    static final DescribedPredicate<JavaClass> ALONE = describe(
            "the only public one of its package",
            type -> type.getPackage().getClasses().stream()
                            .filter(TOP_LEVEL_CLASSES)
                            // Of what is nested, an array passes for a class of its own.
                            .filter(other -> !other.isArray())
                            .filter(modifier(JavaModifier.PUBLIC))
                            .count()
                    == 1);

    private Shapes() {}
}
