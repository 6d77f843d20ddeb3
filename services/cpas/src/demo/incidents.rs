//! Two years of geocoded events: most in the mining belt, fewer after the cantonment, some known less exactly than others.

use std::fmt::Write as _;

use super::{
    calendar::{Calendar, MONTHS},
    chance::Chance,
    content::Province,
    data::CHANGE_POINT,
    provinces,
};

/// First month with events.
pub const FIRST_MONTH: u32 = MONTHS - 24;
/// Events of a month, on average.
const OFTEN: f64 = 5.0;
/// How much rarer they are after the change.
const RARER: f64 = 0.8;
/// Where the belt lies in Ndara and Sando: shares of the way from west to east and from south to north.
const BELT: [(usize, f64, f64); 2] = [(7, 0.7, 0.7), (11, 0.3, 0.4)];
/// How often an event of the two is in the belt.
const IN_BELT: f64 = 0.7;

/// Types with their sub-types, how often they are among all, and how many die on average.
const KINDS: [(&str, &str, f64, f64); 5] = [
    ("Violence against civilians", "Attack", 0.36, 2.2),
    ("Battles", "Armed clash", 0.24, 3.4),
    ("Explosions/Remote violence", "Landmine/IED", 0.14, 1.1),
    ("Riots", "Mob violence", 0.12, 0.3),
    ("Protests", "Peaceful protest", 0.14, 0.0),
];

/// A CSV as an incident system exports it.
pub fn csv(seed: u64, provinces: &[Province], calendar: Calendar) -> String {
    let mut chance = Chance::new(seed, "incidents");
    let mut file = String::from(
        "source,event_id,event_type,sub_event_type,event_date,longitude,latitude,geo_precision,location,deaths_best,deaths_civilians\n",
    );
    let mut number = 0;
    for month in FIRST_MONTH..MONTHS {
        let often = if month > CHANGE_POINT { OFTEN * RARER } else { OFTEN };
        let events = chance.count(often) as u32;
        for _ in 0..events {
            number += 1;
            row(&mut file, number, &mut chance, provinces, &calendar.month(i32::try_from(month).unwrap_or_default()));
        }
    }
    file
}

fn row(file: &mut String, number: u32, chance: &mut Chance, provinces: &[Province], month: &str) {
    let place = one_of(chance, provinces.iter().map(|province| province.violence));
    let (kind, sub_kind, _, deadly) = KINDS[one_of(chance, KINDS.iter().map(|kind| kind.2))];
    let belt = BELT.iter().find(|belt| belt.0 == place + 1).filter(|_| chance.happens(IN_BELT));
    let (east, north) = match belt {
        Some((_, east, north)) => (east + chance.between(-0.07, 0.07), north + chance.between(-0.07, 0.07)),
        None => (chance.between(0.0, 1.0), chance.between(0.0, 1.0)),
    };
    // Of some only the province is known, and the point is its middle.
    let (precision, (east, north)) = match chance.share() {
        share if share < 0.1 => (3, (0.5, 0.5)),
        share if share < 0.3 => (2, (east, north)),
        _ => (1, (east, north)),
    };
    let (longitude, latitude) = provinces::inside(place + 1, east, north);
    // Of a few the day is not known, of a few the deaths.
    let date = match chance.happens(0.05) {
        true => month.to_owned(),
        false => format!("{month}-{:02}", 1 + (chance.share() * 28.0) as u32),
    };
    let deaths = chance.count(deadly);
    let civilians = (deaths * chance.between(0.2, 1.0)).floor();
    let (deaths, civilians) = match chance.happens(0.06) {
        true => (String::new(), String::new()),
        false => (deaths.to_string(), civilians.to_string()),
    };
    // Writing to a String does not fail.
    let _ = writeln!(
        file,
        "SAGE,CAR-{number:04},{kind},{sub_kind},{date},{longitude},{latitude},{precision},{},{deaths},{civilians}",
        provinces[place].en
    );
}

/// Which one, where each comes up as often as its weight is a part of all.
fn one_of(chance: &mut Chance, weights: impl Iterator<Item = f64> + Clone) -> usize {
    let mut left = chance.share() * weights.clone().sum::<f64>();
    let mut last = 0;
    for (place, weight) in weights.enumerate() {
        last = place;
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}
