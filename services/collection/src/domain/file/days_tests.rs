//! Tests of [`super`].

use proptest::prelude::*;

use super::*;

fn survey(column: &[&str]) -> DaySurvey {
    let mut survey = DaySurvey::default();
    column.iter().for_each(|cell| survey.see(cell));
    survey
}

/// What each cell of a column is read as; an unclear one as its sentence, nothing as an empty text.
fn read(column: &[&str]) -> Vec<String> {
    let days = survey(column).days();
    let said = |cell: &&str| match days.read(cell) {
        Ok(day) => day.map(|day| day.to_string()).unwrap_or_default(),
        Err(unclear) => unclear.to_string(),
    };
    column.iter().map(said).collect()
}

#[test]
fn one_date_that_can_be_read_in_one_way_only_says_it_for_its_column() {
    assert_eq!(read(&["03/04/2024", "17/03/2024"]), ["2024-04-03", "2024-03-17"]);
    assert_eq!(read(&["03/04/2024", "3/17/2024"]), ["2024-03-04", "2024-03-17"], "proven, the month stands first");
    assert_eq!(read(&["03.04.2024", "17.03.2024 00:00:00"]), ["2024-04-03", "2024-03-17"]);
    assert_eq!(read(&["3-4-2024", "2024-03-17", "31-12-2024 2:05 PM"]), ["2024-04-03", "", "2024-12-31"]);
}

#[test]
fn where_every_date_could_be_either_none_is_guessed() {
    let said = read(&["03/04/2024", "2024-03-17", "05/05/2024", "March 2024"]);
    assert_eq!(
        said[0],
        "\"03/04/2024\" could be 2024-04-03 or 2024-03-04, and no date in the column says which number is the month. \
         Write the year first, as in 2024-03-17, or format the column so."
    );
    assert_eq!(said[1..], ["", "2024-05-05", ""], "what is the same in both ways is that");
    let mixed = read(&["03/04/2024", "17/03/2024", "3/17/2024"]);
    assert!(mixed[0].contains("some dates in the column have the day first and some the month"), "{mixed:?}");
    assert_eq!(mixed[1..], ["2024-03-17", "2024-03-17"], "what says itself what it is was not doubted");
}

#[test]
fn a_count_of_days_is_one_among_other_days_only() {
    assert_eq!(read(&["2024-01-31", "45292", "45292.5"]), ["", "2024-01-01", "2024-01-01"]);
    assert_eq!(read(&["17/03/2024", "45292"])[1], "2024-01-01");
    assert_eq!(
        read(&["2024-03", "45292"])[1],
        "\"45292\" may be 2024-01-01 as a spreadsheet counts days, but no other cell of the column is a day. Format the \
         column as dates."
    );
    assert_eq!(read(&["2024-01-31", "4529", "145292", "20240", "99999"]), ["", "", "", "", ""], "no count of days");
}

#[test]
fn what_is_no_date_in_numbers_is_nothing() {
    for cell in [
        "31/02/2024",
        "17/03/24",
        "17/13/2024",
        "2024/03/17",
        "1/2/3/2024",
        "17/03/2024 to 18/03/2024",
        "a/b/2024",
        "",
        "1.5",
    ] {
        assert_eq!(Days { order: DayOrder::DayFirst, are_counted: true }.read(cell), Ok(None), "{cell}");
    }
}

#[test]
fn firsts_of_months_are_seen_in_every_writing() {
    assert!(survey(&["01/01/2024", "2024-02-01", "45352", "1 avril 2024"]).are_firsts());
    assert!(survey(&["1/13/2024", "2/1/2024"]).days().order == DayOrder::MonthFirst);
    assert!(!survey(&["01/01/2024", "45353"]).are_firsts(), "the second of March");
    assert!(!survey(&["01/02/2024", "01/03/2024"]).are_firsts(), "nobody knows what they are");
    assert!(!survey(&["2024-01", "2024"]).are_firsts(), "no day at all");
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (1980..2099_i32, 1..=12_u32, 1..=31_u32)
        .prop_filter_map("a day", |(year, month, day)| NaiveDate::from_ymd_opt(year, month, day))
}

proptest! {
    /// A column in one writing is read as it was meant, or not at all.
    #[test]
    fn no_day_is_read_as_another(days in prop::collection::vec(any_day(), 1..20), month_first: bool, sign in 0..3_usize) {
        let format = [["%d/%m/%Y", "%m/%d/%Y"], ["%d.%m.%Y", "%m.%d.%Y"], ["%d-%m-%Y", "%m-%d-%Y"]][sign][usize::from(month_first)];
        let cells: Vec<String> = days.iter().map(|day| day.format(format).to_string()).collect();
        let mut survey = DaySurvey::default();
        cells.iter().for_each(|cell| survey.see(cell));
        let is_proven = days.iter().any(|day| day.day() > 12);
        for (cell, day) in cells.iter().zip(&days) {
            match survey.days().read(cell) {
                Ok(found) => prop_assert_eq!(found, Some(*day)),
                Err(UnclearDay::Order { day_first, month_first, .. }) => {
                    prop_assert!(!is_proven);
                    prop_assert!(day_first == *day || month_first == *day);
                }
                Err(other) => prop_assert!(false, "{}", other),
            }
        }
    }

    /// A count of days is the day that Excel shows for it, among others.
    #[test]
    fn a_count_is_its_day(day in any_day()) {
        let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a day");
        let count = (day - epoch).num_days().to_string();
        let days = Days { are_counted: true, ..Days::default() };
        prop_assert_eq!(days.read(&count), Ok(Some(day)));
    }

    /// Whatever stands there, nothing is read twice over.
    #[test]
    fn any_text_is_read_or_left(cell in ".{0,30}") {
        let mut survey = DaySurvey::default();
        survey.see(&cell);
        let _ = survey.days().read(&cell);
    }
}
