//! Parquet: the columns of a table with their types, for what analyzes many rows at once.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::Result;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::types::{Type, TypePtr};

use super::column::{Heading, Kind, Table, Values};
use super::rows::{Columns, RowWriter};
use super::{Cell, Names};

/// Rows held back until they are written together: some ten megabytes of the widest table.
const GROUP: usize = 16_384;

/// Definition level of an empty list; below it the list itself is missing.
const EMPTY_LIST: i16 = 1;

/// Definition level of a list's item.
const ITEM: i16 = 2;

/// A table in the making.
pub(super) struct Rows<'w, T: Table> {
    columns: Columns<T>,
    held: Vec<Held>,
    count: usize,
    writer: SerializedFileWriter<Vec<u8>>,
    out: &'w mut dyn Write,
}

impl<'w, T: Table> Rows<'w, T> {
    /// Lays down the columns.
    pub(super) fn begin(columns: Columns<T>, out: &'w mut dyn Write) -> io::Result<Self> {
        let fields = columns.iter().map(|column| field(&column.heading)).collect::<Result<Vec<_>>>()?;
        let schema = Type::group_type_builder(T::NAME.name()).with_fields(fields).build()?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
        let held = columns.iter().map(|column| Held::new(&column.heading)).collect();
        Ok(Self { columns, held, count: 0, writer, out })
    }

    /// Writes the rows that are held back.
    fn write_group(&mut self) -> io::Result<()> {
        let mut group = self.writer.next_row_group()?;
        for held in &mut self.held {
            if let Some(mut column) = group.next_column()? {
                held.write(&mut column)?;
                column.close()?;
            }
        }
        group.close()?;
        self.count = 0;
        self.writer.flush()?;
        self.out.write_all(self.writer.inner())?;
        self.writer.inner_mut().clear();
        Ok(())
    }
}

impl<T: Table> RowWriter<T> for Rows<'_, T> {
    fn row<'a>(&mut self, row: T::Row<'a>, names: Names<'a>) -> io::Result<()> {
        for (column, held) in self.columns.iter().zip(&mut self.held) {
            held.add(&column.cell(&row, names));
        }
        self.count += 1;
        if self.count >= GROUP { self.write_group() } else { Ok(()) }
    }

    fn end(&mut self) -> io::Result<()> {
        if self.count > 0 {
            self.write_group()?;
        }
        self.writer.finish()?;
        self.writer.flush()?;
        self.out.write_all(self.writer.inner())?;
        self.writer.inner_mut().clear();
        self.out.flush()
    }
}

/// The cells of a column that are held back, as Parquet takes them: values, and how deep each cell is defined.
struct Held {
    is_list: bool,
    definitions: Vec<i16>,
    repetitions: Vec<i16>,
    values: Cells,
}

enum Cells {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
    Boolean(Vec<bool>),
}

impl Held {
    fn new(heading: &Heading) -> Self {
        let values = match heading.kind {
            Kind::Integer | Kind::Time => Cells::Integer(Vec::new()),
            Kind::List if heading.values == Values::Frames => Cells::Integer(Vec::new()),
            Kind::Decimal => Cells::Decimal(Vec::new()),
            Kind::Boolean => Cells::Boolean(Vec::new()),
            Kind::Text | Kind::Keyword | Kind::Address | Kind::List => Cells::Text(Vec::new()),
        };
        Self { is_list: heading.kind == Kind::List, definitions: Vec::new(), repetitions: Vec::new(), values }
    }

    fn add(&mut self, cell: &Cell<'_>) {
        match cell {
            Cell::Empty => self.define(0, false),
            Cell::List(list) => {
                let mut follows = false;
                list.each(|item| {
                    self.define(ITEM, std::mem::replace(&mut follows, true));
                    self.values.add(item);
                });
                if !follows {
                    self.define(EMPTY_LIST, false);
                }
            }
            cell => {
                self.define(1, false);
                self.values.add(cell);
            }
        }
    }

    fn define(&mut self, level: i16, follows: bool) {
        self.definitions.push(level);
        self.repetitions.push(i16::from(follows));
    }

    /// Writes what is held back, and holds nothing any more.
    fn write(&mut self, column: &mut SerializedColumnWriter<'_>) -> Result<()> {
        let levels = (&self.definitions[..], self.is_list.then_some(&self.repetitions[..]));
        match &mut self.values {
            Cells::Text(values) => write::<ByteArrayType>(column, values, levels)?,
            Cells::Integer(values) => write::<Int64Type>(column, values, levels)?,
            Cells::Decimal(values) => write::<DoubleType>(column, values, levels)?,
            Cells::Boolean(values) => write::<BoolType>(column, values, levels)?,
        }
        self.definitions.clear();
        self.repetitions.clear();
        Ok(())
    }
}

fn write<D: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    values: &mut Vec<D::T>,
    (definitions, repetitions): (&[i16], Option<&[i16]>),
) -> Result<()> {
    column.typed::<D>().write_batch(values, Some(definitions), repetitions)?;
    values.clear();
    Ok(())
}

impl Cells {
    fn add(&mut self, cell: &Cell<'_>) {
        match (self, cell) {
            (Self::Integer(values), Cell::Integer(number)) => values.push(i64::try_from(*number).unwrap_or(i64::MAX)),
            (Self::Integer(values), Cell::Time(time)) => values.push(time.0),
            (Self::Decimal(values), Cell::Thousandths(number)) => values.push(*number as f64 / 1000.0),
            (Self::Boolean(values), Cell::Boolean(value)) => values.push(*value),
            (Self::Text(values), cell) => values.push(ByteArray::from(cell.to_text().into_bytes())),
            // A column's cells are of its kind; one that is not would be refused as a value that is missing.
            (Self::Integer(_) | Self::Decimal(_) | Self::Boolean(_), _) => debug_assert!(false, "{cell:?}"),
        }
    }
}

/// The type of a column.
fn field(heading: &Heading) -> Result<TypePtr> {
    let optional = Repetition::OPTIONAL;
    let name = heading.name;
    let field = match heading.kind {
        Kind::Integer => Type::primitive_type_builder(name, Physical::INT64).with_repetition(optional).build()?,
        Kind::Decimal => Type::primitive_type_builder(name, Physical::DOUBLE).with_repetition(optional).build()?,
        Kind::Boolean => Type::primitive_type_builder(name, Physical::BOOLEAN).with_repetition(optional).build()?,
        Kind::Time => Type::primitive_type_builder(name, Physical::INT64)
            .with_repetition(optional)
            .with_logical_type(Some(LogicalType::timestamp(true, TimeUnit::NANOS)))
            .build()?,
        Kind::Text | Kind::Keyword | Kind::Address => text(name, optional)?,
        Kind::List => return list(heading),
    };
    Ok(Arc::new(field))
}

fn text(name: &str, repetition: Repetition) -> Result<Type> {
    Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
        .with_repetition(repetition)
        .with_logical_type(Some(LogicalType::String))
        .with_converted_type(ConvertedType::UTF8)
        .build()
}

/// A list in the three levels that the format's specification (`LogicalTypes.md`, Lists) demands.
fn list(heading: &Heading) -> Result<TypePtr> {
    let item = match heading.values {
        Values::Frames => {
            Type::primitive_type_builder("element", Physical::INT64).with_repetition(Repetition::REQUIRED).build()?
        }
        _ => text("element", Repetition::REQUIRED)?,
    };
    let items = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(item)])
        .build()?;
    let list = Type::group_type_builder(heading.name)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(items)])
        .build()?;
    Ok(Arc::new(list))
}
