use proptest::prelude::*;

use super::*;

fn read(text: &str) -> String {
    text.parse::<Formula>().map_or_else(|error| error.to_string(), |formula| formula.expression().to_string())
}

#[test]
fn products_bind_before_sums_and_from_the_left() {
    assert_eq!(read("A + B * C - D / 2"), "((A + (B × C)) − (D ÷ 2))");
    assert_eq!(read("A − B − C"), "((A − B) − C)");
    assert_eq!(read("-(A + 1) × 2.5"), "((−(A + 1)) × 2.5)");
    assert_eq!(read("SUM(A, B, avg(C, D)) ÷ ratio(E, F)"), "(sum(A, B, avg(C, D)) ÷ ratio(E, F))");
}

#[test]
fn a_hyphen_inside_a_code_belongs_to_it() {
    assert_eq!(read("OC-A.1 - OC-B"), "(OC-A.1 − OC-B)");
    assert_eq!(read("OC-A-OC-B"), "OC-A-OC-B");
    assert_eq!(read("[2024-X] + sum"), "([2024-X] + sum)");
    let formula: Formula = "A + B / A".parse().expect("a formula");
    assert_eq!(formula.indicators(), ["A", "B"]);
    assert_eq!(formula.to_string(), "A + B / A", "as it was written");
}

#[test]
fn what_is_no_formula_says_where_and_why() {
    for (text, said) in [
        ("", "At character 1: the formula ends too early; a number, a code or \"(\" was expected."),
        ("A +", "At character 4: the formula ends too early; a number, a code or \"(\" was expected."),
        ("(A + B", "At character 7: a \")\" is missing."),
        ("A B", "At character 3: \"B\" does not belong here; an operator was expected."),
        ("max(A, B)", "At character 1: there is no function \"max\"; there are sum, avg and ratio."),
        ("2 * ratio(A)", "At character 5: ratio takes two parts: what is counted, and out of what."),
        ("A * 1e9", "At character 5: \"1e9\" is no number; a code that begins with a digit stands in brackets, [1e9]."),
        ("1 + 2", "At character 1: the formula names no indicator."),
        ("A ? B", "At character 3: \"?\" does not belong here; an operator was expected."),
        ("[] + A", "At character 3: there is no code in the brackets."),
    ] {
        assert_eq!(read(text), said, "{text}");
    }
    let deep = format!("{}A{}", "(".repeat(60), ")".repeat(60));
    assert!(read(&deep).contains("more than 20 parts lie in each other"), "{}", read(&deep));
    assert!(read(&"A+".repeat(300)).contains("at most 500 characters"));
    let many: Vec<String> = (0..21).map(|number| format!("A{number}")).collect();
    assert!(read(&many.join("+")).contains("at most 20 indicators"));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_or_refused_and_reads_the_same_again(text in "[A-C0-9a-z+*/()., \\[\\]−×÷-]{0,30}") {
        if let Ok(formula) = text.parse::<Formula>() {
            let again: Formula = formula.expression().to_string().parse().expect("its own words");
            prop_assert_eq!(again.expression(), formula.expression());
        }
    }
}
